from typing import Any

import webob.response

class Response(webob.response.Response):
    charset: Any
    def __init__(self, body: Any = ..., **kw: Any) -> None: ...
