"""What Stripe tells of what happens, and where it tells it."""

from bot.cards.objects.model import CREATED, Fact, ObjectCard

CARDS = {
    "event": ObjectCard(
        title="Event",
        name=(Fact("type"),),
        facts=(
            Fact("data.object", "About", "id", row=True),
            Fact("data.object.object", "Which is", "words"),
            Fact("account", "On account", "id"),
            Fact("request.id", "Request", "code"),
            Fact("pending_webhooks", "Webhooks pending", "count", row=True, quiet=True),
            Fact("api_version", "API version", "code"),
            CREATED,
        ),
        dashboard=("events/{id}",),
    ),
    "v2.core.event": ObjectCard(
        title="Event",
        name=(Fact("type"),),
        facts=(
            Fact("related_object", "About", "id", row=True),
            Fact("related_object.type", "Which is", "words"),
            Fact("context", "On account", "code"),
            Fact("reason.type", "Because of", "words"),
            Fact("reason.request.id", "Request", "code"),
            Fact("snapshot_event", "Same as", "id"),
            CREATED,
        ),
    ),
    "v2.core.event_destination": ObjectCard(
        title="Event destination",
        name=(Fact("name"), Fact("description")),
        facts=(
            Fact("type", "To", "words", row=True),
            Fact("webhook_endpoint.url", "Address", "code"),
            Fact("enabled_events", "Told of", "list"),
            Fact("event_payload", "Payload", "words", row=True),
            Fact("events_from", "Events from", "list"),
            Fact("status_details.disabled.reason", "Disabled because", "words"),
            Fact("snapshot_api_version", "API version", "code"),
            Fact("description", "Description"),
            CREATED,
        ),
    ),
    "webhook_endpoint": ObjectCard(
        title="Webhook endpoint",
        name=(Fact("url"),),
        facts=(
            Fact("url", "Address", "code"),
            Fact("description", "Description", row=True),
            Fact("enabled_events", "Told of", "list"),
            Fact("application", "For the application", "id"),
            Fact("api_version", "API version", "code", row=True),
            CREATED,
        ),
        dashboard=("webhooks/{id}",),
    ),
}
