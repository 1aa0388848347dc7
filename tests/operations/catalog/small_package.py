"""A tiny package with the build of the real one, to be bent in one place by each test."""

from pathlib import Path
from textwrap import dedent

from operations.catalog.build.source import Source

PARAMS = '''
    class WidgetCreateParams(RequestOptions):
        name: str
        """What it is called."""
        amount: NotRequired["Literal['']|int"]
        color: NotRequired["Literal['red', 'blue']|str"]
        parts: NotRequired[List["WidgetCreateParamsPart"]]
        metadata: NotRequired["Dict[str, str]|UntypedStripeObject[str]"]


    _WidgetCreateParamsPartBase = TypedDict("WidgetCreateParamsPart", {"from": NotRequired["str"]})


    class WidgetCreateParamsPart(_WidgetCreateParamsPartBase):
        quantity: Decimal
'''

SERVICE = '''
    class WidgetService(StripeService):
        def create(self, params: "WidgetCreateParams", options: Optional["RequestOptions"] = None) -> "Widget":
            """Makes one."""
            return cast(
                "Widget",
                self._request("post", "/v1/widgets", base_address="api", params=params, options=options),
            )

        def retrieve(
            self,
            widget: str,
            /,
            params: Optional["WidgetRetrieveParams"] = None,
            options: Optional["RequestOptions"] = None,
        ) -> "Widget":
            """Fetches one."""
            return cast(
                "Widget",
                self._request(
                    "get",
                    "/v1/widgets/{widget}".format(widget=sanitize_id(widget)),
                    base_address="api",
                    params=params,
                    options=options,
                ),
            )

        async def create_async(self, params, options=None) -> "Widget":
            return await self._request_async("post", "/v1/widgets", base_address="api", params=params, options=options)
'''

_FILES = {
    "__init__.py": "",
    "_api_version.py": """
        class _ApiVersion:
            CURRENT = "2030-01-01.test"
    """,
    "_v1_services.py": """
        _subservices = {"widgets": ["stripe._widget_service", "WidgetService"]}


        class V1Services(StripeService):
            widgets: "WidgetService"
    """,
    "_v2_services.py": """
        class V2Services(StripeService):
            pass
    """,
    "params/_widget_retrieve_params.py": """
        class WidgetRetrieveParams(RequestOptions):
            expand: NotRequired[List[str]]
    """,
    "_widget.py": """
        class Widget(StripeObject):
            OBJECT_NAME: ClassVar[Literal["widget"]] = "widget"
            id: str
    """,
}


def small_package(root: Path, *, params: str = PARAMS, service: str = SERVICE) -> Source:
    """The package written under ``root``, as a source."""
    files = {
        **_FILES,
        "_widget_service.py": _IMPORTS + dedent(service),
        "params/_widget_create_params.py": dedent(params),
    }
    for name, content in files.items():
        path = root / "stripe" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    return Source(root / "stripe", "stripe", "0.0.0")


_IMPORTS = """\
from stripe._widget import Widget
from stripe.params._widget_create_params import WidgetCreateParams
from stripe.params._widget_retrieve_params import WidgetRetrieveParams
"""
