"""Uploaded files."""

from bot.cards.objects.model import CREATED, Fact, ObjectCard

CARDS = {
    "file": ObjectCard(
        title="File",
        name=(Fact("title"), Fact("filename")),
        facts=(
            Fact("purpose", "Purpose", "words", row=True),
            Fact("type", "Type", "code"),
            Fact("size", "Size", "size", row=True),
            Fact("links.data", "Links", "count", quiet=True),
            Fact("expires_at", "Kept until", "moment"),
            CREATED,
        ),
    ),
}
