"""The code cannot be loaded: a module, a library, the handler or the syntax."""

from __future__ import annotations

from analyzer.model import Signature
from analyzer.signatures._match import words

SIGNATURES = (
    Signature(
        id="exec-format-architecture",
        finding="architecture-mismatch",
        title="Built for another CPU or system",
        samples=(
            "/opt/extensions/log-extension: cannot execute binary file",
            "Error: /var/task/node_modules/sharp/build/Release/sharp.node: invalid ELF header",
            "OSError: /var/task/lib/x.so: wrong ELF class: ELFCLASS32",
            "fork/exec /var/task/bootstrap: exec format error",
        ),
        quiet=("the ELF header of the upload was read", "exec formatted 12 rows"),
        match=words(
            r"(?i:exec format error)|cannot execute binary file|wrong ELF class|invalid ELF header|incompatible "
            r"architecture"
        ),
        rank=10,
    ),
    Signature(
        id="glibc-mismatch",
        finding="architecture-mismatch",
        title="Built for a newer C library than Lambda's",
        samples=("./func: /lib64/libc.so.6: version `GLIBC_2.32' not found (required by ./func)",),
        quiet=("running with GLIBC_2.34", "version 'GLIBC_2.32' found"),
        match=words(r"version [`']((?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,16})' not found"),
        rank=10,
    ),
    Signature(
        id="py-native-dependency",
        finding="import-error",
        title="A compiled part of a Python package is missing",
        samples=(
            "Runtime.ImportModuleError: Unable to import module 'app': No module named 'psycopg2._psycopg'",
            "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
            (
                "Runtime.ImportModuleError: Unable to import module 'app': cannot import name '_imaging' from 'PIL' "
                "(/var/task/PIL/__init__.py)"
            ),
        ),
        quiet=(
            "libGL.so.1 opened",
            "No module named psycopg2 in the cache, reading from disk",
        ),
        match=words(
            r"No module named '((?:pydantic_core|numpy|psycopg2|lxml|PIL|cryptography|pandas)\._[\w.]{1,80}|"
            r"_cffi_backend|numpy\.core\._multiarray_umath|numpy\._core\._multiarray_umath|lxml\.etree)'",
            r"cannot import name '[^'\n]{1,80}' from '(PIL|lxml|cryptography|pydantic_core|numpy)\b",
            r"(lib[\w+.-]{1,80}\.so(?:\.\d{1,6}){0,4}): cannot open shared object file",
            r"Unable to import required dependenc|IMPORTANT: PLEASE READ THIS FOR ADVICE ON HOW TO SOLVE THIS ISSUE",
        ),
        rank=15,
    ),
    Signature(
        id="node-esm-cjs-mismatch",
        finding="import-error",
        title="ES modules and CommonJS are mixed",
        samples=(
            "SyntaxError: Cannot use import statement outside a module",
            "Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token 'export'",
            "ReferenceError: require is not defined in ES module scope, you can use import instead",
            "Error [ERR_REQUIRE_ESM]: require() of ES Module /var/task/node_modules/got/index.js not supported",
        ),
        quiet=(
            "SyntaxError: Unexpected token '<', \"<html>\" is not valid JSON",
            "import statement of account 12 read",
        ),
        match=words(
            r"ERR_REQUIRE_ESM|Cannot use import statement outside a module|Unexpected token 'export'|"
            r"(?:require|exports|module) is not defined in ES module scope"
        ),
        rank=15,
    ),
    Signature(
        id="handler-not-found",
        finding="handler-error",
        title="The configured handler does not exist",
        samples=(
            "Runtime.HandlerNotFound: Handler 'lambda_handler' missing on module 'handler'",
            "Runtime.HandlerNotFound: index.handler is undefined or not exported",
            "Runtime.MalformedHandlerName: Bad handler",
            "Class not found: example.Handler: java.lang.ClassNotFoundException",
        ),
        quiet=("handler 'orders' found on module 'app'", "HandlerNotFound is not raised here"),
        match=words(
            r"Handler '([^'\n]{1,128})' missing on module '([^'\n]{1,128})'",
            r"Runtime\.HandlerNotFound: (\S{1,128}) is undefined or not exported",
            r"Runtime\.(?:HandlerNotFound|MalformedHandlerName)\b",
            r"^Class not found: ([\w.$]{1,200})",
            r"Unable to find method '([^'\n]{1,200})' in type",
        ),
        rank=15,
    ),
    Signature(
        id="invalid-entrypoint-image",
        finding="handler-error",
        title="The image's entry point, command or working directory is wrong",
        samples=('Runtime.InvalidEntrypoint: exec: "/app/run": stat /app/run: no such file or directory',),
        quiet=("entrypoint /app/run started",),
        match=words(r"Runtime\.Invalid(?:Entrypoint|WorkingDir|TaskConfig)\b"),
        rank=15,
    ),
    Signature(
        id="user-code-syntax-error",
        finding="syntax-error",
        title="The code does not parse",
        samples=(
            "Runtime.UserCodeSyntaxError: Syntax error in module 'app': invalid syntax (app.py, line 12)",
            "Runtime.UserCodeSyntaxError: SyntaxError: Unexpected identifier 'foo'",
        ),
        quiet=(
            "SyntaxError: Unexpected end of JSON input",
            "json.decoder.JSONDecodeError: Expecting value: line 1 column 1",
        ),
        match=words(
            r"Syntax error in module '[^'\n]{1,128}': [^\n]{1,200}?\(([\w./-]{1,100}, line \d{1,7})\)",
            r"Runtime\.UserCodeSyntaxError\b",
        ),
        rank=20,
    ),
    Signature(
        id="java-class-version",
        finding="import-error",
        title="Compiled for a newer Java than the runtime",
        samples=(
            (
                "java.lang.UnsupportedClassVersionError: example/Handler has been compiled by a more recent version "
                "of the Java "
                "Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file "
                "versions up to 61.0"
            ),
        ),
        quiet=("class file version 65.0 read",),
        match=words(r"UnsupportedClassVersionError: [^\n]{1,300}?class file version (\d{2})"),
        rank=20,
    ),
    Signature(
        id="java-class-missing",
        finding="import-error",
        title="A Java class is missing from the package",
        samples=(
            "java.lang.NoClassDefFoundError: software/amazon/awssdk/core/SdkClient",
            "java.lang.ClassNotFoundException: software.amazon.awssdk.core.SdkClient",
        ),
        quiet=("ClassNotFoundException counter: 0",),
        match=words(
            r"java\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): ([\w./$]{1,200})",
            r"java\.lang\.(?:NoSuchMethodError|ExceptionInInitializerError|AbstractMethodError)\b",
        ),
        rank=20,
    ),
    Signature(
        id="dotnet-assembly-or-config",
        finding="import-error",
        title="A .NET assembly or its configuration is missing",
        samples=(
            "System.IO.FileNotFoundException: Could not load file or assembly 'Newtonsoft.Json, Version=13.0.0.0'",
            (
                "Error: .NET binaries for Lambda function are not correctly installed in the /var/task directory of "
                "the image when "
                "the image was built. The /var/task directory is missing the required .runtimeconfig.json file."
            ),
        ),
        quiet=("loaded file or assembly 'Newtonsoft.Json'",),
        match=words(
            r"Could not load file or assembly '([^',\n]{1,120})",
            r"Could not find the specified handler assembly with the file name '([^'\n]{1,120})'",
            r"missing the required \.runtimeconfig\.json|It was not possible to find any compatible framework version",
        ),
        rank=20,
    ),
    Signature(
        id="node-cannot-find-module",
        finding="import-error",
        title="A Node.js module is not in the package",
        samples=(
            "Runtime.ImportModuleError: Error: Cannot find module 'pg'\nRequire stack:\n- /var/task/index.js",
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'got' imported from /var/task/index.mjs",
        ),
        quiet=("Cannot find module price in the catalogue", "product not found: 'pg'"),
        match=words(r"Cannot find (?:module|package) '([^'\n]{1,200})'", r"ERR_MODULE_NOT_FOUND\b"),
        rank=25,
    ),
    Signature(
        id="py-import-module",
        finding="import-error",
        title="A Python module is not in the package",
        samples=(
            "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'",
            (
                "Runtime.ImportModuleError: Unable to import module 'app': cannot import name 'soft_unicode' from "
                "'markupsafe'"
            ),
        ),
        quiet=("No module named 'x' in the feed, skipped", "import of module 7 done"),
        match=words(
            r"Unable to import module '[^'\n]{1,128}': No module named '([\w.]{1,120})'",
            r"Unable to import module '[^'\n]{1,128}': cannot import name '[^'\n]{1,80}' from '([\w.]{1,120})'",
            r"Unable to import module '([^'\n]{1,128})'",
            r"^Runtime\.ImportModuleError\b",
            r"^ModuleNotFoundError: No module named '([\w.]{1,120})'",
        ),
        rank=30,
    ),
)
