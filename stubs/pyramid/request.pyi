from collections.abc import Callable, Sequence
from typing import Any

from pyramid.registry import Registry
from pyramid.response import Response
from webob.request import BaseRequest

class Request(BaseRequest):
    method: Any
    registry: Registry
    context: Any
    root: Any
    subpath: Sequence[str]
    view_name: str
    matchdict: dict[str, str] | None
    exception: BaseException | None
    exc_info: Any
    @property
    def response(self) -> Response: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def authenticated_userid(self) -> Any: ...
    def has_permission(self, permission: str, context: Any = ...) -> Any: ...
    def resource_url(self, resource: Any, *elements: str, **kw: Any) -> str: ...
    def resource_path(self, resource: Any, *elements: str, **kw: Any) -> str: ...
    def invoke_exception_view(
        self,
        exc_info: Any = ...,
        request: Request | None = ...,
        secure: bool = ...,
        reraise: bool = ...,
    ) -> Response: ...
    def add_response_callback(self, callback: Callable[[Any, Response], object]) -> None: ...
    def add_finished_callback(self, callback: Callable[[Any], object]) -> None: ...

def apply_request_extensions(request: Request, extensions: Any = ...) -> None: ...
