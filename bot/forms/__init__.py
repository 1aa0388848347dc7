"""Forms in Slack: a modal for every operation, from the search for it to the preview of what will be sent."""
