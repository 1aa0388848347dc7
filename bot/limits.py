"""Slack's numbers, once.

Where each comes from: [D] Slack's documentation, [S] the validators of slack_sdk 3.47 and Slack's manifest schema,
[M] measured by others and reported in public threads, [ours] a margin we chose. Characters are code points.
"""

# Deadlines, in seconds.
ACK_SECONDS = 3.0  # [D] commands, clicks, shortcuts, view submissions; Slack never resends these
TRIGGER_SECONDS = 3.0  # [D] a trigger_id, used once
ANSWER_SECONDS = 2.5  # [ours] how long an answer that carries data may take, inside ACK_SECONDS
SIGNATURE_SKEW_SECONDS = 300  # [D] how far a request's timestamp may be from our clock
REPLAY_SECONDS = 600  # [ours] how long a signature is remembered; twice the skew
EVENT_MEMORY_SECONDS = 3600  # [D] redeliveries of an event come within minutes; remembered for an hour
RESPONSE_URL_SECONDS = 1800  # [D]
RESPONSE_URL_USES = 5  # [D]

# The HTTP front door, [ours].
BODY_BYTES = 1_000_000
BODY_SECONDS = 3.0  # a body that takes longer could not be acknowledged in time anyway
FORM_FIELDS = 64  # Slack's commands have about fifteen
JSON_DEPTH = 64  # a view with nested rich text has about twelve

# Messages.
MESSAGE_BLOCKS = 50  # [D]
MESSAGE_TEXT_CUT = 40_000  # [D] Slack cuts the text here
MESSAGE_TEXT_ADVISED = 4_000  # [D]
MESSAGE_TEXT_BUDGET = 300  # [ours] the text of a message that has blocks: notification, screen reader
MESSAGE_BLOCKS_BUDGET = 40  # [ours]
MESSAGE_VISIBLE_BUDGET = 9_000  # [M] 9,597 were accepted, 11,341 refused
MESSAGE_JSON_BUDGET = 15_000  # [M] 15,561 were accepted, 17,694 refused
MARKDOWN_TOTAL = 12_000  # [S] the sum of all markdown blocks

# Views.
VIEW_BLOCKS = 100  # [S]
VIEW_TITLE = 24  # [S] also submit and close
VIEW_METADATA = 3_000  # [S]
VIEW_STACK = 3  # [D]
CALLBACK_ID = 255  # [S]
EXTERNAL_ID = 255  # [S]

# Blocks.
BLOCK_ID = 255  # [S]
ACTION_ID = 255  # [S]
SECTION_TEXT = 3_000  # [S] at least 1
SECTION_FIELDS = 10  # [S]
SECTION_FIELD_TEXT = 2_000  # [D]
HEADER_TEXT = 150  # [S]
CONTEXT_ELEMENTS = 10  # [S]
CONTEXT_TEXT = 2_000  # [ours] of one element; Slack states only the text object's own 3,000
ACTIONS_ELEMENTS = 25  # [S]
ALERT_TEXT = 200  # [S]
CARD_TITLE = 150  # [S]
CARD_BODY = 200  # [S]
CARD_BUTTONS = 3  # [S]
CONTAINER_CHILDREN = 10  # [S]
CONTAINER_TITLE = 150  # [S]
PLAN_TASKS = 50  # [S]
TABLE_ROWS = 100  # [S]
TABLE_COLUMNS = 20  # [S]
DATA_TABLE_ROWS = 100  # [ours] sources disagree between 100 and 200
DATA_TABLE_CHARS = 10_000  # [ours] half of what one source states; MESSAGE_VISIBLE_BUDGET keeps below it
DATE = 100_000_000_000  # [ours] seconds since the epoch: the year 5138; no moment of Stripe's is later
CAPTION = 150  # [ours] of a data table; Slack states nothing
CHART_TITLE = 50  # [D]
CHART_LABEL = 20  # [D] of a category, and of a series
CHART_SERIES = 6  # [D]
CHART_POINTS = 20  # [D]
CHARTS = 2  # [D] in one message

# Elements.
BUTTON_TEXT = 75  # [S]
BUTTON_VALUE = 2_000  # [S]
BUTTON_URL = 3_000  # [S]
BUTTON_VISIBLE_USERS = 10  # [ours] documented for icon buttons only
CONFIRM_TITLE = 100  # [S]
CONFIRM_TEXT = 300  # [S]
CONFIRM_BUTTON = 30  # [S]
OPTION_TEXT = 75  # [S]
OPTION_VALUE = 150  # [S]
OPTION_DESCRIPTION = 75  # [S]
OPTIONS = 100  # [S]
OPTION_GROUPS = 100  # [S]
GROUP_LABEL = 75  # [S]
CHECKBOX_OPTIONS = 10  # [M]
OVERFLOW_OPTIONS = 5  # [S]
PLACEHOLDER = 150  # [S]
INPUT_LABEL = 2_000  # [S] also the hint
INPUT_TEXT = 3_000  # [D]

# What an app registers.
COMMANDS = 50  # [S]
COMMAND_NAME = 32  # [S] with the slash
COMMAND_DESCRIPTION = 2_000  # [S]
USAGE_HINT = 1_000  # [S]
SHORTCUTS = 10  # [S]
EVENTS_PER_HOUR = 30_000  # [D] for each workspace
SOCKET_LINKS = 10  # [D]
