"""Lines of every runtime, read whole: the level from its place, the id from the platform's place, the error once.

Each text stands under the dialect that reads it. `said` is what is left without the prefix: a text, or how many of the
last characters.
"""

from __future__ import annotations

from time import perf_counter

import pytest

from analyzer import registry
from analyzer.dialects import parser
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import level_at, own_frame

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
AT = f"2026-10-08T07:30:28.235Z\t{ID}\t"
DEBUG, INFO, WARN, ERROR, FATAL = Level.DEBUG, Level.INFO, Level.WARN, Level.ERROR, Level.FATAL


def line(
    text: str,
    level: Level,
    *,
    said: str | int | None = None,
    id: str | None = None,  # noqa: A002 - it is the id
    time: int | None = None,
    error: ErrorInfo | None = None,
) -> tuple[str, Record]:
    """A text and the record it is read as."""
    shown = text if said is None else text[said:] if isinstance(said, int) else said
    return text, Record(Kind.LINE, id, level, time, shown, error)


LINES = {
    "python-text": [
        line("[ERROR] KeyError: 'Records'\n", ERROR, error=ErrorInfo("KeyError", "'Records'", "", True)),
        line(
            (
                "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'\n"
                "Traceback (most recent call last):"
            ),
            ERROR,
            error=ErrorInfo(
                "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'requests'", "", True
            ),
        ),
        line(
            "[ERROR] NoSuchKey: An error occurred (NoSuchKey) when calling the GetObject operation: x\n",
            ERROR,
            error=ErrorInfo(
                "NoSuchKey", "An error occurred (NoSuchKey) when calling the GetObject operation: x", "", True
            ),
        ),
        line(
            (
                "[ERROR] OrderRejected: no stock\rTraceback (most recent call last):\r\xa0\xa0File "
                '"/var/task/app.py", line 3, in handler\r'
            ),
            ERROR,
            error=ErrorInfo("OrderRejected", "no stock", "app.py:3 handler", True),
        ),
        line(
            (
                "[ERROR]\t2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\torder lost\n"
                'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n    x()\n'
                "ValueError: boom\n"
            ),
            ERROR,
            said=-117,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("ValueError", "boom", "app.py:3 handler", False),
        ),
        line("[WARNING]\t2026-10-08T07:30:28.235Z\t\tat init\n", WARN, said="at init\n", time=1791444628235),
    ],
    "node-text": [
        line(
            AT + "ERROR\tcannot store TypeError: x is null\n    at put (/var/task/src/store.js:8:11)\n",
            ERROR,
            said="cannot store TypeError: x is null\n    at put (/var/task/src/store.js:8:11)\n",
            id=ID,
            time=1791444628235,
            error=ErrorInfo("TypeError", "x is null", "store.js:8 put", False),
        ),
        line(
            AT + "ERROR\tRetry after Invoke Error\n",
            ERROR,
            said="Retry after Invoke Error\n",
            id=ID,
            time=1791444628235,
        ),
        line(
            AT
            + (
                "ERROR\t[dd.trace_id=1] Invoke Error "
                '\t{"errorType":"Error","errorMessage":"boom","stack":["Error: boom","    at f '
                '(/var/task/a.js:1:2)"]}\n'
            ),
            ERROR,
            said=-130,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("Error", "boom", "a.js:1 f", True),
        ),
        line(
            AT + 'ERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"boom","sta',
            ERROR,
            said=-61,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("Error", "boom", "", True),
        ),
        line(
            AT + "ERROR\tTypeError: x is null\n    at get (/var/task/src/orders.js:48:11)\n",
            ERROR,
            said=-64,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("TypeError", "x is null", "orders.js:48 get", False),
        ),
        line(AT + "INFO\tError: x\n    at get (/var/task/src/orders.js:48:11)\n", INFO, said="", id=ID),
        line(
            AT + "ERROR\t(node:8) [DEP0040] DeprecationWarning: The `punycode` module is deprecated.\n",
            WARN,
            said=-76,
            id=ID,
            time=1791444628235,
        ),
        line(
            AT + "ERROR\tMissing AWS Lambda trace data for X-Ray. Ensure Active Tracing is enabled.\n",
            WARN,
            said=-75,
            id=ID,
            time=1791444628235,
        ),
        line(
            (
                "2026-10-08T07:30:28.235Z\tundefined\tERROR\tUncaught Exception "
                '\t{"errorType":"Runtime.ImportModuleError","errorMessage":"Error: Cannot find '
                'module \'x\'\\nRequire stack:\\n- /var/task/index.js","stack":[]}\n'
            ),
            ERROR,
            said=-158,
            time=1791444628235,
            error=ErrorInfo(
                "Runtime.ImportModuleError",
                "Error: Cannot find module 'x'\nRequire stack:\n- /var/task/index.js",
                "",
                True,
            ),
        ),
        line(
            AT
            + (
                "ERROR\tUnhandled Promise Rejection "
                '\t{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"Error: '
                'boom","reason":{},"promise":{},"stack":["Runtime.UnhandledPromiseRejection: Error: boom"]}\n'
            ),
            ERROR,
            said=-192,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("Runtime.UnhandledPromiseRejection", "Error: boom", "", True),
        ),
    ],
    "dotnet-text": [
        line(AT + "info\tSystem.Exception: not a failure\n", INFO, said=-32, id=ID, time=1791444628235),
        line(
            AT
            + (
                "fail\tSystem.NullReferenceException: Object reference not set.\n"
                "   at Orders.Repo.Get(String id) in /src/Orders/Repo.cs:line 7\n"
                "   at Orders.Function.Handler(Order o, ILambdaContext c) in /src/Orders/Function.cs:line 12\n"
                "   at lambda_method1(Closure, Stream, ILambdaContext, Stream)\n"
                "   at Amazon.Lambda.RuntimeSupport.Bootstrap.UserCodeLoader.Invoke(Stream a) in "
                "/src/Repo/UserCodeLoader.cs:line 145\n"
            ),
            ERROR,
            said=-391,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("System.NullReferenceException", "Object reference not set.", "Repo.cs:7 Get", True),
        ),
        line(
            AT
            + (
                "fail\tSystem.TimeoutException: slow\n"
                "   at Orders.Repo.Get(String id) in /src/Orders/Repo.cs:line 7\n"
                "   at Orders.Repo.Try() in /src/Orders/Repo.cs:line 17\n"
            ),
            ERROR,
            said=-148,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("System.TimeoutException", "slow", "Repo.cs:7 Get", False),
        ),
        line(
            AT
            + (
                "fail\tcannot store order\nSystem.TimeoutException: slow\n"
                "   at Orders.Repo.Get(String id) in /src/Orders/Repo.cs:line 7\n"
            ),
            ERROR,
            said=-112,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("System.TimeoutException", "slow", "Repo.cs:7 Get", False),
        ),
        line(
            AT
            + (
                "crit\tSystem.AggregateException: One or more errors occurred. (boom)\n"
                " ---> System.InvalidOperationException: boom\n"
                "   at Orders.Function.Inner() in C:\\src\\Function.cs:line 5\n"
                "   --- End of inner exception stack trace ---\n   at Orders.Function.FunctionHandler(String s)\n"
            ),
            FATAL,
            said=-261,
            id=ID,
            time=1791444628235,
            error=ErrorInfo(
                "System.AggregateException", "One or more errors occurred. (boom)", "Function.cs:5 Inner", True
            ),
        ),
        line("2026-10-08T07:30:28.235Z\t\twarn\tat init\n", WARN, said="at init\n", time=1791444628235),
        line(AT + "fail\tplain words\n", ERROR, said="plain words\n", id=ID, time=1791444628235),
        line(
            AT + "fail\tSystem.NullReferenceException: Object reference not set to an instance of an object.",
            ERROR,
            said=-84,
            id=ID,
            time=1791444628235,
            error=ErrorInfo(
                "System.NullReferenceException", "Object reference not set to an instance of an object.", "", True
            ),
        ),
        line(
            (
                "Unhandled exception. System.IO.FileNotFoundException: Could not load file\n"
                "   at Orders.Program.Main(String[] args)\n"
            ),
            FATAL,
            error=ErrorInfo("System.IO.FileNotFoundException", "Could not load file", "Program.Main", True),
        ),
    ],
    "ruby-text": [
        line(
            (
                "E, [2026-10-08T07:30:28.235689 #8] ERROR 57325a9d-ff5f-42e4-83df-80f3dcaaef25 "
                "-- : boom (RuntimeError)\n/var/task/lib/store.rb:7:in `put'\n/var/task/app.rb:5:in `handler'\n"
            ),
            ERROR,
            said=-86,
            id=ID,
            time=1791444628235,
            error=ErrorInfo("RuntimeError", "boom", "store.rb:7 put", False),
        ),
        line("I, [2026-10-08T07:30:28.235689 #8]  INFO  -- : at init\n", INFO, said="at init\n", time=1791444628235),
        line("W, [2026-10-08T07:30:28.235689 #8]  WARN -- main: stock\n", WARN, said="stock\n", time=1791444628235),
        line("Error raised from handler method\n", INFO),
        line(
            (
                '{\n  "errorMessage": "bad \\"x\\"",\n  "errorType": "Function<Orders::Lost>",\n  "stackTrace": [\n'
                '    "/var/task/vendor/bundle/ruby/3.3.0/gems/x/y.rb:1:in `z\'",\n'
                "    \"/var/task/app.rb:5:in 'Object#handler'\"\n  ]\n}\n"
            ),
            ERROR,
            said='bad "x"',
            error=ErrorInfo("Orders::Lost", 'bad "x"', "app.rb:5 Object#handler", True),
        ),
        line(
            (
                'Init error when loading handler app.handler\n{\n  "errorMessage": "cannot load such file -- pg",\n'
                '  "errorType": "Init<LoadError>",\n  "stackTrace": []\n}'
            ),
            ERROR,
            said="cannot load such file -- pg",
            error=ErrorInfo("Init<LoadError>", "cannot load such file -- pg", "", True),
        ),
        line('  "errorType": "Function<RuntimeError>",\n', ERROR, error=ErrorInfo("RuntimeError", "", "", True)),
        line(
            "/var/task/app.rb:5:in `<main>': undefined method `each' for nil (NoMethodError)\n",
            FATAL,
            error=ErrorInfo("NoMethodError", "undefined method `each' for nil", "app.rb:5 <main>", False),
        ),
    ],
    "go-text": [
        line("2026/01/02 15:04:05 order read\n", INFO, said="order read\n", time=1767366245000),
        line("2026/01/02 15:04:05.123456 ERROR: boom\n", ERROR, said="ERROR: boom\n", time=1767366245123),
        line(
            '2026/01/02 15:04:05 {"errorMessage":"boom","errorType":"errorString"}\n',
            ERROR,
            said="boom",
            time=1767366245000,
            error=ErrorInfo("errorString", "boom", "", True),
        ),
        line(
            (
                '2026/01/02 15:04:05 {"errorMessage":"runtime error: index out of range '
                '[5]","errorType":"boundsError","stackTrace":[{"path":"github.com/aws/aws-lambda-'
                'go@v1.41.0/lambda/errors.go","line":39,"label":"lambdaPanicResponse"},{"path":"r'
                'untime/panic.go","line":884,"label":"gopanic"},{"path":"orders/main.go","line":1'
                '7,"label":"handler"},{"path":"reflect/value.go","line":584,"label":"Value.call"}]}\n'
            ),
            ERROR,
            said="runtime error: index out of range [5]",
            time=1767366245000,
            error=ErrorInfo("boundsError", "runtime error: index out of range [5]", "main.go:17 handler", True),
        ),
        line(
            "2026/01/02 15:04:05 calling the handler function resulted in a panic, the process should exit\n",
            INFO,
            said=-74,
            time=1767366245000,
        ),
        line('2026/01/02 15:04:05 {"order":7}\n', INFO, said='{"order":7}\n', time=1767366245000),
        line(
            (
                "panic: assignment to entry in nil map\n\ngoroutine 17 [running]:\n"
                "main.(*Store).Put(0xc000, {0x1, 0x2})\n\t/var/task/store.go:31 +0x1d\nmain.handler()\n"
                "\t/var/task/main.go:17 +0x1d\ncreated by main.start in goroutine 1\n\t/var/task/main.go:9\n"
                "exit status 2\n"
            ),
            FATAL,
            error=ErrorInfo("panic", "assignment to entry in nil map", "store.go:31 (*Store).Put", True),
        ),
        line("panic: x\n", FATAL, error=ErrorInfo("panic", "x", "", True)),
        line(
            "fatal error: runtime: out of memory\n",
            FATAL,
            error=ErrorInfo("fatal error", "runtime: out of memory", "", True),
        ),
        line(
            "2026/01/02 15:04:05 http: panic serving 127.0.0.1:1: runtime error\n",
            ERROR,
            said=-47,
            time=1767366245000,
            error=ErrorInfo("", "http: panic serving 127.0.0.1:1: runtime error", "", False),
        ),
        line(
            (
                'timestamp=2026-10-08T07:30:28.235Z level=ERROR message="cannot \\"reach\\" it" '
                "requestId=57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            ),
            ERROR,
            said='cannot "reach" it',
            id=ID,
            time=1791444628235,
        ),
        line(
            ('time=2026-10-08T07:30:28.235Z level=INFO msg="say requestId=57325a9d-ff5f-42e4-83df-80f3dcaaef25"\n'),
            INFO,
            said="say requestId=57325a9d-ff5f-42e4-83df-80f3dcaaef25",
            time=1791444628235,
        ),
        line(
            'time="2021-05-16T06:50:52.231" level=warning msg="Cannot list" error="open /opt"\n',
            WARN,
            said="Cannot list",
            time=1621147852231,
        ),
        line("2026/10/08 07:30:28 [error] 8#8: *1 connect() failed\n", ERROR, said=-33, time=1791444628000),
        line(
            "2026/01/02 15:04:05 unexpected fault address\n",
            INFO,
            said="unexpected fault address\n",
            time=1767366245000,
        ),
    ],
    "rust-text": [
        line(
            (
                ' INFO Lambda runtime invoke{requestId="57325a9d-ff5f-42e4-83df-80f3dcaaef25" '
                'xrayTraceId="Root=1"}: orders: order read\n'
            ),
            INFO,
            said="orders: order read",
            id=ID,
        ),
        line(
            ('ERROR Lambda runtime invoke{requestId="57325a9d-ff5f-42e4-83df-80f3dcaaef25"}: orders: cannot reach\n'),
            ERROR,
            said="orders: cannot reach",
            id=ID,
        ),
        line(
            (
                "2026-10-08T07:30:28.235123Z ERROR Lambda runtime "
                'invoke{requestId="57325a9d-ff5f-42e4-83df-80f3dcaaef25"}: '
                "lambda_runtime::layers::panic: user handler panicked error=Any { .. }\n"
            ),
            INFO,
            said="lambda_runtime::layers::panic: user handler panicked error=Any { .. }",
            id=ID,
            time=1791444628235,
        ),
        line(
            ('ERROR Lambda runtime invoke{requestId="57325a9d-ff5f-42e4-83df-80f3dcaaef25"}: lambda_runtime: "boom"\n'),
            ERROR,
            said='lambda_runtime: "boom"',
            id=ID,
            error=ErrorInfo("", '"boom"', "", True),
        ),
        line(
            (
                "thread 'main' panicked at src/main.rs:10:5:\ncalled `Option::unwrap()` on a `None` value\n"
                "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
            ),
            FATAL,
            error=ErrorInfo(
                "",
                "thread 'main' panicked at src/main.rs:10:5: called `Option::unwrap()` on a `None` value",
                "main.rs:10",
                True,
            ),
        ),
        line(
            "thread 'main' panicked at src/main.rs:10:5:\n",
            FATAL,
            error=ErrorInfo("", "thread 'main' panicked at src/main.rs:10:5:", "main.rs:10", True),
        ),
        line(
            "thread 'main' panicked at 'boom', src/main.rs:10:5\n",
            FATAL,
            error=ErrorInfo("", "thread 'main' panicked at 'boom', src/main.rs:10:5", "main.rs:10", True),
        ),
        line(
            "thread 'tokio-rt-worker' (23) panicked at src/job.rs:3:1:\nx\n",
            FATAL,
            error=ErrorInfo("", "thread 'tokio-rt-worker' (23) panicked at src/job.rs:3:1: x", "job.rs:3", False),
        ),
    ],
    "java-text": [
        line(
            (
                "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n"
                "\tat example.Repo.get(Repo.java:9)\n\tat example.Handler.handleRequest(Handler.java:20)\n"
                "\tat java.base/jdk.internal.reflect.X.invoke(Unknown Source)\n"
                "\tat java.base/java.lang.reflect.Method.invoke(Unknown Source)\n"
            ),
            ERROR,
            error=ErrorInfo("java.lang.RuntimeException", "boom", "Repo.java:9 get", True),
        ),
        line(
            (
                "line one\nline two: com.ex.My$BadException\ncom.ex.My$BadException: line one\nline two\n"
                "\tat com.ex.My.run(My.kt:4)\nCaused by: java.lang.NullPointerException: x\n"
                "\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)\n"
                "\tat com.ex.Deep.go(Deep.java:77)\n\t... 12 more\n"
            ),
            ERROR,
            error=ErrorInfo("com.ex.My$BadException", "line one\nline two", "Deep.java:77 go", True),
        ),
        line(
            (
                "java.lang.NullPointerException: java.lang.NullPointerException\njava.lang.NullPointerException\n"
                "\tat example.Handler.handleRequest(Handler.java:20)\n"
            ),
            ERROR,
            error=ErrorInfo("java.lang.NullPointerException", "", "Handler.java:20 handleRequest", True),
        ),
        line(
            "boom: java.lang.RuntimeException\n",
            ERROR,
            error=ErrorInfo("java.lang.RuntimeException", "boom", "", False),
        ),
        line(
            (
                "Error loading class example.Handler: Could not initialize: java.lang.ExceptionInInitializerError\n"
                "java.lang.ExceptionInInitializerError: Could not initialize\n"
                "\tat java.base/java.lang.Class.forName0(Native Method)\n"
                "Caused by: java.lang.IllegalStateException: TABLE is not set\n"
                "\tat example.Handler.<clinit>(Handler.java:11)\n"
            ),
            ERROR,
            error=ErrorInfo(
                "java.lang.ExceptionInInitializerError",
                "Error loading class example.Handler: Could not initialize",
                "Handler.java:11 <clinit>",
                True,
            ),
        ),
        line(
            (
                "Class not found: example.Handler: java.lang.ClassNotFoundException\n"
                "java.lang.ClassNotFoundException: example.Handler. Current classpath: file:/var/task/\n"
                "\tat java.base/java.net.URLClassLoader.findClass(Unknown Source)\n"
            ),
            ERROR,
            error=ErrorInfo("java.lang.ClassNotFoundException", "Class not found: example.Handler", "", True),
        ),
        line(
            "Class not found: example.Handler\n",
            ERROR,
            error=ErrorInfo("", "Class not found: example.Handler", "", True),
        ),
        line("Invalid handler: `foo'\n", ERROR, error=ErrorInfo("", "Invalid handler: `foo'", "", True)),
        line(
            "java.lang.OutOfMemoryError: Java heap space\n",
            FATAL,
            error=ErrorInfo("java.lang.OutOfMemoryError", "Java heap space", "", False),
        ),
        line(
            "Terminating due to java.lang.OutOfMemoryError: Metaspace\n",
            FATAL,
            error=ErrorInfo("java.lang.OutOfMemoryError", "Metaspace", "", True),
        ),
        line(
            ('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat example.A.b(A.java:3)\n'),
            FATAL,
            error=ErrorInfo("java.lang.OutOfMemoryError", "Java heap space", "A.java:3 b", True),
        ),
        line(
            'Exception in thread "pool-1-thread-1" java.lang.IllegalStateException: x\n',
            ERROR,
            error=ErrorInfo("java.lang.IllegalStateException", "x", "", False),
        ),
        line("[ERROR] cannot reach\n", ERROR, said="cannot reach\n"),
        line(
            "[ERROR] java.lang.IllegalStateException: boom\n\tat a.b.C.d(C.java:1)\n",
            ERROR,
            said=-60,
            error=ErrorInfo("java.lang.IllegalStateException", "boom", "C.java:1 d", False),
        ),
        line("[INFO] caught java.lang.IllegalStateException: boom\n\tat a.b.C.d(C.java:1)\n", INFO, said=-67),
        line(
            (
                "2026-10-08 07:30:28 57325a9d-ff5f-42e4-83df-80f3dcaaef25 ERROR Handler:20 - order lost\n"
                "java.lang.IllegalStateException: boom\n\tat a.b.C.d(C.java:1)\n"
            ),
            ERROR,
            said=-71,
            id=ID,
            time=1791444628000,
            error=ErrorInfo("java.lang.IllegalStateException", "boom", "C.java:1 d", False),
        ),
        line("2026-10-08 07:30:28  INFO  Handler:20 - at init\n", INFO, said="at init\n", time=1791444628000),
        line("[ERROR] java.lang.X: y\n", ERROR, said="java.lang.X: y\n"),
        line("[ERROR] Retrying: attempt 3\n", ERROR, said="Retrying: attempt 3\n"),
        line("# A fatal error has been detected by the Java Runtime Environment:\n", FATAL),
    ],
    "php-text": [
        line(
            (
                "PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3\nStack trace:\n"
                "#0 /var/task/src/A.php(12): f()\n#1 {main}\n  thrown in /var/task/index.php on line 3\n"
            ),
            FATAL,
            said=-147,
            error=ErrorInfo("Exception", "boom", "index.php:3", True),
        ),
        line(
            (
                "\nFatal error: Uncaught App\\Lost: boom in /var/task/index.php:3\nStack trace:\n#0 {main}\n"
                "  thrown in /var/task/index.php on line 3\n"
            ),
            FATAL,
            said=-114,
            error=ErrorInfo("App\\Lost", "boom", "index.php:3", True),
        ),
        line(
            (
                "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to "
                "allocate 20480 bytes) in /var/task/a.php on line 9\n"
            ),
            FATAL,
            said=-110,
            error=ErrorInfo(
                "Fatal error",
                "Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)",
                "a.php:9",
                True,
            ),
        ),
        line(
            "NOTICE: PHP message: PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3\n",
            ERROR,
            said=-50,
            error=ErrorInfo("Exception", "boom", "index.php:3", False),
        ),
        line("PHP Warning:  Undefined variable $o in /var/task/index.php on line 7\n", WARN, said=-55),
        line(
            (
                "57325a9d-ff5f-42e4-83df-80f3dcaaef25\tInvoke "
                'Error\t{"errorType":"RuntimeException","errorMessage":"boom","errorLocation":"Fil'
                'e: \\/var\\/task\\/src\\/Orders.php, Line: 12","stack":["#0 '
                '\\/var\\/task\\/vendor\\/x.php(1): y()","#1 {main}"]}\n'
            ),
            ERROR,
            said="boom",
            id=ID,
            error=ErrorInfo("RuntimeException", "boom", "Orders.php:12", True),
        ),
        line(
            "[2026-10-08T07:30:28.235000+00:00] app.ERROR: cannot reach [] []\n",
            ERROR,
            said="cannot reach [] []\n",
            time=1791444628235,
        ),
        line(
            "Fatal error: Handler `index.php` doesn't exist\n",
            FATAL,
            said=-34,
            error=ErrorInfo("Fatal error", "Handler `index.php` doesn't exist", "", True),
        ),
        line(
            "[2026-10-08 07:30:28] production.INFO: Exception seen\n", INFO, said="Exception seen\n", time=1791444628000
        ),
        line(
            "PHP Parse error:  syntax error, unexpected end of file in /var/task/a.php on line 9\n",
            FATAL,
            said=-66,
            error=ErrorInfo("Parse error", "syntax error, unexpected end of file", "a.php:9", True),
        ),
    ],
    "extensions": [
        line("DEBUG lambda_web_adapter: app is not ready\n", DEBUG),
        line("2026-10-08 07:30:28 UTC | DD_EXTENSION | ERROR | no data\n", WARN, said="no data\n"),
        line("DD_EXTENSION | ERROR | failed to flush\n", WARN, said="failed to flush\n"),
        line("DD_EXTENSION | ERROR | failed to start the agent\n", ERROR, said="failed to start the agent\n"),
        line("[NR_EXT] ERROR: x\n", WARN, said="ERROR: x\n"),
        line("[AWS Parameters and Secrets Lambda Extension] 2026/10/08 07:30:28 INFO ready\n", INFO, said=-31),
        line("app is not ready after 2000ms url=http://127.0.0.1:8080/\n", WARN),
        line("/opt/extensions/log-extension: cannot execute binary file\n", FATAL),
        line(
            (
                "[AWS Parameters and Secrets Lambda Extension] 2026/10/08 07:30:28 ERROR failed "
                "to start: port 2773 in use\n"
            ),
            ERROR,
            said=-60,
        ),
        line("INFO lambda_web_adapter: app is not ready after 2000ms url=http://127.0.0.1:8080/\n", INFO),
    ],
    "custom-runtime": [
        line("libGL.so.1: cannot open shared object file: No such file or directory\n", FATAL),
        line("/var/task/bootstrap: line 3: foo: command not found\n", FATAL),
        line("./func: /lib64/libc.so.6: version `GLIBC_2.32' not found (required by ./func)\n", FATAL),
        line("fork/exec /var/task/bootstrap: exec format error\n", FATAL),
        line("/bin/sh: 1: node: not found\n", FATAL),
        line("Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]\n", FATAL),
    ],
    "plain": [
        line("KeyError: 0\n", ERROR, error=ErrorInfo("KeyError", "0", "", False)),
        line("error: no such file or directory\n", ERROR),
        line("ERROR counting rows failed\n", ERROR),
        line(
            "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 1.49 GiB for an array\n",
            ERROR,
            error=ErrorInfo(
                "numpy.core._exceptions._ArrayMemoryError", "Unable to allocate 1.49 GiB for an array", "", False
            ),
        ),
        line(
            "botocore.errorfactory.NoSuchKey: An error occurred (NoSuchKey) when calling the GetObject operation: x\n",
            ERROR,
            error=ErrorInfo(
                "botocore.errorfactory.NoSuchKey",
                "An error occurred (NoSuchKey) when calling the GetObject operation: x",
                "",
                False,
            ),
        ),
        line("An error occurred (ThrottlingException) when calling the GetParameter operation: Rate exceeded\n", ERROR),
        line(
            "java.lang.RuntimeException: boom\n",
            ERROR,
            error=ErrorInfo("java.lang.RuntimeException", "boom", "", False),
        ),
        line("\tat example.Handler.handleRequest(Handler.java:20)\n", INFO),
        line("Caused by: java.lang.NullPointerException: x\n", INFO),
        line("Caused by: java.lang.NullPointerException\n", INFO),
        line("\t... 12 more\n", INFO),
        line("configured driver: com.mysql.cj.jdbc.Driver\n", INFO),
        line(
            "Error: java.lang.NullPointerException\n",
            ERROR,
            error=ErrorInfo("Error", "java.lang.NullPointerException", "", False),
        ),
        line("   at Orders.Repo.Get(String id) in /src/Orders/Repo.cs:line 7\n", INFO),
        line("goroutine 1 [running]:\n", INFO),
        line("main.main()\n", INFO),
        line("\t/var/task/main.go:17 +0x1d\n", INFO),
        line("[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]\n", INFO),
        line("timeout=30\n", INFO),
        line('  "errorMessage": "boom",\n', INFO),
        line("\tfrom /var/task/app.rb:5:in `handler'\n", INFO),
        line("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n", INFO),
        line("\x1b[31mERROR\x1b[0m \x1b[2morders\x1b[0m: boom\n", ERROR, said="ERROR orders: boom\n"),
        line("Warning: 3 rows left\n", WARN),
        line("#0 /var/task/src/A.php(12): f()\n", INFO),
        line("#0 {main}\n", INFO),
        line("Stack trace:\n", INFO),
        line("  thrown in /var/task/index.php on line 3\n", INFO),
        line("[04-Aug-2026 01:32:43] NOTICE: fpm is running, pid 31\n", INFO),
        line("foo: not found in the cache\n", INFO),
        line("Traceback (most recent call last):\n", INFO),
        line('  File "/var/task/app.py", line 3, in handler\n', INFO),
        line("    raise ValueError('x')\n", INFO),
        line("ValueError: boom\n", ERROR, error=ErrorInfo("ValueError", "boom", "", False)),
        line("During handling of the above exception, another exception occurred:\n", INFO),
        line(
            (
                'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n'
                "botocore.exceptions.ClientError: An error occurred (X)\n"
            ),
            ERROR,
            error=ErrorInfo("botocore.exceptions.ClientError", "An error occurred (X)", "app.py:3 handler", False),
        ),
        line(
            "Error: boom\n    at f (/var/task/a.js:1:2)\n", ERROR, error=ErrorInfo("Error", "boom", "a.js:1 f", False)
        ),
        line("    at f (/var/task/a.js:1:2)\n", INFO),
        line("Error: 0\n", INFO),
        line("error: none\n", INFO),
        line("<--- Last few GCs --->\n", INFO),
        line("[8:0x55d]    12345 ms: Mark-sweep 100 -> 90 MB\n", INFO),
        line(" 1: 0xb7a940 node::Abort() [/var/lang/bin/node]\n", INFO),
        line(
            "TypeError [ERR_X]: bad\n    at f (/var/task/a.js:1:2)\n",
            ERROR,
            error=ErrorInfo("TypeError", "bad", "a.js:1 f", False),
        ),
        line("2026-10-08 07:30:28,235 worker ERROR cannot reach\n", ERROR),
        line("2026-10-08T07:30:28.235Z ERROR 8 --- [main] c.e.App : msg\n", ERROR),
        line("07:30:28.235 [main] WARN  c.e.Handler - msg\n", WARN),
        line("[07:30:28 ERR] msg\n", ERROR),
        line("main ERROR Unable to locate appender\n", ERROR),
        line("no ERROR found\n", INFO),
        line("ERROR count: 0\n", INFO),
        line("ERROR: 0\n", INFO),
        line("error: connect failed\n", ERROR),
        line("[error] x\n", ERROR),
        line("errors: 0\n", INFO),
        line("ERROR_TABLE updated\n", INFO),
        line("INFO java.lang.X: Exception\n", INFO),
        line("ERROR connecting\n", ERROR),
        line("SEVERE: x\n", ERROR),
        line("information: x\n", INFO),
        line("Error in handler\n", INFO),
        line("WARN\tx\n", WARN),
        line("INFO:root:hello\n", INFO),
        line("ERROR:root:hello\n", ERROR),
        line(
            (
                'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n    store()\n'
                '  File "/var/task/db/store.py", line 7, in store\n  File "/opt/python/lib.py", line 9, in put\n'
                "OrderRejected\n"
            ),
            ERROR,
            error=ErrorInfo("OrderRejected", "", "store.py:7 store", False),
        ),
        line("#  SIGSEGV (0xb) at pc=0x00007f, pid=8, tid=9\n", INFO),
        line("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n", FATAL),
        line("Segmentation fault (core dumped)\n", FATAL),
        line("GET /errors/list 200\n", INFO),
        line("failOnError=true\n", INFO),
    ],
}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [(dialect, text, expected) for dialect, lines in LINES.items() for text, expected in lines],
    ids=lambda value: repr(value[:60]) if isinstance(value, str) else "",
)
def test_a_line_is_read_whole_by_its_dialect(dialect: str, text: str, expected: Record) -> None:
    assert next(d.id for d in registry.dialects() if d.parse(text) is not None) == dialect
    assert parser()(text) == expected
    crlf = parser()(text.replace("\n", "\r\n"))
    assert (crlf.level, crlf.request_id, crlf.time) == (expected.level, expected.request_id, expected.time)
    assert (crlf.error is None) == (expected.error is None)


TRACES = {
    "Python": [
        "Traceback (most recent call last):",
        '  File "/var/task/app.py", line 3, in handler',
        "    raise ValueError('lost')",
        "ValueError: lost",
    ],
    "Python, chained": [
        "Traceback (most recent call last):",
        '  File "/var/task/app.py", line 3, in handler',
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        '  File "/var/task/app.py", line 5, in handler',
        "app.LostError: no stock left",
    ],
    "Node.js": [
        "TypeError: Cannot read properties of undefined (reading 'id')",
        "    at get (/var/task/src/orders.js:48:11)",
        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
        "    at async Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1173:29)",
    ],
    "Java": [
        "java.lang.IllegalStateException: lost",
        "\tat example.Handler.handleRequest(Handler.java:20)",
        "\tat java.base/java.lang.reflect.Method.invoke(Unknown Source)",
        "Caused by: java.lang.NullPointerException: x",
        "Caused by: java.lang.NullPointerException",
        "\tSuppressed: java.io.IOException: y",
        "\t... 12 more",
    ],
    ".NET": [
        f"{AT}fail\tSystem.NullReferenceException: Object reference not set to an instance of an object.",
        " ---> System.InvalidOperationException: boom",
        "   at Orders.Function.Handler(Order order) in /src/Orders/Function.cs:line 12",
        "   --- End of inner exception stack trace ---",
        "--- End of stack trace from previous location ---",
    ],
    "Go": [
        "panic: assignment to entry in nil map",
        "",
        "goroutine 17 [running]:",
        "main.handler(0xc0000b2000, {0x1, 0x2})",
        "\t/var/task/main.go:17 +0x1d",
        "created by main.start in goroutine 1",
        "exit status 2",
    ],
    "Ruby": [
        "/var/task/app.rb:5:in `handler': undefined method `each' for nil (NoMethodError)",
        "\tfrom /var/task/app.rb:9:in `<main>'",
    ],
    "Ruby, reported": [
        "Error raised from handler method",
        "{",
        '  "errorMessage": "boom",',
        '  "errorType": "Function<RuntimeError>",',
        '  "stackTrace": [',
        '    "/var/task/app.rb:5:in `handler\'"',
        "  ]",
        "}",
    ],
    "Rust": [
        "thread 'main' panicked at src/main.rs:10:5:",
        "called `Option::unwrap()` on a `None` value",
        "stack backtrace:",
        "   0: rust_begin_unwind",
        "             at /rustc/9fc6b431/library/std/src/panicking.rs:665:5",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        f'ERROR Lambda runtime invoke{{requestId="{ID}"}}: lambda_runtime::layers::panic: user handler panicked',
    ],
    "PHP": [
        "PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3",
        "Stack trace:",
        "#0 /var/task/src/A.php(12): f()",
        "#1 {main}",
        "  thrown in /var/task/index.php on line 3",
    ],
    "V8": [
        "<--- Last few GCs --->",
        "[8:0x55d0c0]    12345 ms: Mark-sweep 100.0 (120.0) -> 99.0 (119.0) MB",
        "<--- JS stacktrace --->",
        " 1: 0xb7a940 node::Abort() [/var/lang/bin/node]",
    ],
}


@pytest.mark.parametrize("name", TRACES)
def test_a_trace_that_comes_line_by_line_is_one_error(name: str) -> None:
    records = [parser()(text + "\n") for text in TRACES[name]]
    assert sum(r.error is not None for r in records) == (name != "V8")
    assert all(r.level is INFO for r in records if r.error is None)


@pytest.mark.parametrize("name", [n for n in TRACES if n != "V8"])
def test_a_trace_in_one_event_is_one_error_with_a_frame(name: str) -> None:
    record = parser()("\n".join(TRACES[name]) + "\n")
    assert record.level >= ERROR
    assert record.error is not None
    assert record.error.frame
    assert record.error.type or name == "Rust"


@pytest.mark.parametrize(
    ("stack", "frame"),
    [
        ('File "/var/task/a.py", line 1, in f\nFile "/var/task/b.py", line 2, in g\n', "b.py:2 g"),
        ('File "/var/task/a.py", line 1, in f\nFile "/opt/python/b.py", line 2, in g\n', "a.py:1 f"),
        ("    at o (/var/task/node_modules/a/b.js:1:2)\n    at f (/var/task/c.js:3:4)\n", "c.js:3 f"),
        ("    at file:///var/task/index.mjs:5:9\n", "index.mjs:5"),
        ("\tat com.amazonaws.A.b(A.java:1)\n\tat app//shop.Orders.<init>(Orders.kt:7)\n", "Orders.kt:7 <init>"),
        ("\tat a.B.c(B.java:1)\nCaused by: x.Y\n\tat java.A.b(A.java:1)\n\tat a.D.e(D.java:2)\n", "D.java:2 e"),
        ("   at System.A.B()\n   at Shop.Orders.Get(String id)\n   at Amazon.Lambda.X.Y()\n", "Orders.Get"),
        ("   at Shop.Orders.Get(String id) in C:\\src\\Orders.cs:line 9\n", "Orders.cs:9 Get"),
        ("x.Get(...)\n\t/go/pkg/mod/x.go:1\nshop/store.(*T).Put(0x1)\n\t/src/t.go:9 +0x1\n", "t.go:9 (*T).Put"),
        ("/var/task/vendor/bundle/gems/a.rb:1:in `b'\n/var/task/app.rb:5:in 'Orders#get'\n", "app.rb:5 Orders#get"),
        ("#0 /var/task/vendor/a.php(1): f()\n#1 /var/task/src/B.php(12): App\\B->run()\n", "B.php:12 App\\B->run"),
        ("   3: app::get\n             at /rustc/9f/a.rs:1:2\n             at ./src/get.rs:3:4\n", "get.rs:3"),
        ("nothing of ours", ""),
    ],
)
def test_the_frame_is_the_deepest_of_the_functions_own_code(stack: str, frame: str) -> None:
    assert own_frame(stack) == frame


@pytest.mark.parametrize(
    "text",
    [
        "no ERROR today", "ERROR count: 0", "ERROR: 0", "error: none", "errors: 0", "ErrorCount=0",
        "ERROR_TABLE=orders", "Error: 0", "failOnError: true", "timeout=30", "GET /errors 500", "found 3 FATAL rows",
        "Errors: {}", "ERROR=0",
        "lambda-ERROR-queue drained", "2026-10-08 07:30:28 no ERROR found", "NullPointerExceptions: 0", "Timeout: 30s",
        "the ValueError was retried", "configured driver: com.mysql.cj.jdbc.Driver", "no panic: all rows stored",
        "Exception: none", "Error code: none yet",
    ],
)  # fmt: skip
def test_a_word_in_a_line_makes_no_failure(text: str) -> None:
    assert level_at(text) is None
    assert parser()(text + "\n") == Record(Kind.LINE, text=text + "\n")


@pytest.mark.parametrize(
    "text",
    [
        f"[INFO]\t2026-10-08T07:30:28.235Z\t{ID}\tcaught java.lang.IllegalStateException: x",
        f"{AT}INFO\tError: caught and retried\n    at f (/var/task/a.js:1:2)",
        f"{AT}info\tSystem.Exception: caught\n   at Orders.Function.Handler(Order o)",
        f"I, [2026-10-08T07:30:28.235689 #8]  INFO {ID} -- : boom (RuntimeError)",
        f' INFO Lambda runtime invoke{{requestId="{ID}"}}: orders: Error("retried")',
        "[INFO] caught java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)",
        "2026/01/02 15:04:05 retry after error: connection reset",
        "[2026-10-08T07:30:28+00:00] app.INFO: Exception caught [] []",
    ],
)
def test_a_level_beats_a_word(text: str) -> None:
    record = parser()(text)
    assert (record.level, record.error) == (INFO, None)


@pytest.mark.parametrize(
    "text",
    [
        f"[ERROR]\t2026-10-08T07:30:28.235Z\t{ID}\tKeyError: 'Records'",
        f"{AT}ERROR\tRetry after Invoke Error",
        f"{AT}ERROR\tUncaught Exception seen by the monitor",
        f"{AT}fail\tcannot store\nSystem.TimeoutException: slow\n   at Orders.Function.Handler(Order o)",
        f"{AT}fail\tError: cannot store",
        "[ERROR] java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)",
        f"E, [2026-10-08T07:30:28.235689 #8] ERROR {ID} -- : boom (RuntimeError)\n/var/task/app.rb:5:in `handler'",
        f'ERROR Lambda runtime invoke{{requestId="{ID}"}}: orders: cannot store',
        "thread 'worker' panicked at src/job.rs:3:1:\nx",
        "NOTICE: PHP message: PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3",
        'Exception in thread "pool-1-thread-1" java.lang.IllegalStateException: x',
    ],
)
def test_an_error_that_was_logged_is_not_unhandled(text: str) -> None:
    record = parser()(text)
    assert record.level >= ERROR
    assert record.error is None or not record.error.unhandled


def test_an_id_in_the_words_of_a_line_is_not_the_requests() -> None:
    other = "00000000-0000-4000-8000-000000000000"
    for text in (
        f"{AT}info\torder {other} requestId={other}",
        f"2026/01/02 15:04:05 requestId={other}",
        f'time=2026-10-08T07:30:28.235Z level=INFO msg="requestId={other}"',
        f"I, [2026-10-08T07:30:28.235689 #8]  INFO  -- : {other}",
        f"[INFO] requestId: {other}",
        f"2026-10-08 07:30:28  INFO  Handler:20 - {other}",
        f"{other} order read",
    ):
        assert parser()(text).request_id in (None, ID)


HOSTILE = (
    "a", "a.", "A.b.", ": a.B\n", "\n\tat x.y(Z.java:1)", "   at a.b(", "#0 /a.php(1)", "/b.rb:1:in `x'",
    "x\n\t/a.go:1\n", 'a="\\"', "{", "[", " ---> ", "A\\B\\", "\x1b[", "panicked at 'x",
    '"errorType": "Function<', "Error: ",
)  # fmt: skip


@pytest.mark.parametrize("dialect", registry.dialects(), ids=lambda d: d.id)
def test_a_dialect_answers_hostile_text_at_once(dialect: Dialect) -> None:
    for sample in dialect.samples:
        for part in HOSTILE:
            rest = part * (50_000 // len(part))
            for text in (sample[: len(sample) // 2] + rest, sample + rest):
                begin = perf_counter()
                dialect.parse(text)
                assert perf_counter() - begin < 0.5


def test_a_frame_is_looked_for_in_hostile_text_at_once() -> None:
    for part in HOSTILE:
        for needle in ("", " at ", ".go:", ".rb:", ".php", ".rs:", 'File "'):
            begin = perf_counter()
            own_frame(part * 5_000 + needle)
            assert perf_counter() - begin < 0.5
