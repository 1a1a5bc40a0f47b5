//! What is read of handlers' files.

use super::super::files::{Content, File, Files};
use super::super::{FunctionSource, PackageError};
use super::check;

fn files(of: &[(&str, &str)]) -> Files {
    let mut files = Files::new("src", 1 << 20);
    for (path, text) in of {
        let file = File {
            content: Content::Bytes(text.as_bytes().to_vec()),
            executable: false,
            origin: "the folder `src`".into(),
        };
        files.add(path, file).unwrap();
    }
    files
}

fn checked(runtime: &str, handler: &str, of: &[(&str, &str)]) -> Result<(), PackageError> {
    let source = FunctionSource {
        runtime: runtime.into(),
        handler: handler.into(),
        folder: "src".into(),
        ..FunctionSource::default()
    };
    check(&source, &files(of))
}

/// The names among `handler` and `other` that a Node.js file is taken to lack.
fn lacking(text: &str) -> Vec<&'static str> {
    let is_lacking = |name: &&str| checked("nodejs22.x", &format!("index.{name}"), &[("index.js", text)]).is_err();
    ["handler", "other"].into_iter().filter(is_lacking).collect()
}

#[test]
fn what_a_file_exports_is_read_in_every_usual_form() {
    for text in [
        "exports.handler = async () => 1",
        "module.exports.handler = async (event) => {}",
        "module.exports = { handler }",
        "module.exports = { a: 1, 'handler': async () => ({ x: [1, 2] }), b() { return 1 } };",
        "module.exports = { async handler(event) { return `${event.x}` } }",
        "exports['handler'] = f",
        "Object.defineProperty(exports, \"__esModule\", { value: true });\nexports.handler = void 0;",
        "Object.defineProperty(exports, 'handler', { get: f })",
        "export const handler = async () => {}",
        "export const a = 1, handler = f",
        "export let handler",
        "export async function handler(event) {}",
        "export function* handler() {}",
        "export class handler {}",
        "const main = 1; export { main as handler };",
        "export { a, handler } from './b.js'",
        "export * as handler from './b.js'",
        "this.handler = 1",
        "#!/usr/bin/env node\nexports.handler = 1",
        "const x = /['\"`]/.test(y); /* ' */ // \"\nexports.handler = a / b / c",
        "const t = `a ${ { b: `}` } } '`; exports.handler = t",
        "if (require.main === module) { main() }\nexports.handler = 1",
    ] {
        assert_eq!(lacking(text), ["other"], "{text}");
    }
}

#[test]
fn where_exports_cannot_be_told_nothing_is_said() {
    for text in [
        "module.exports = require('./other')",
        "module.exports = make()",
        "module.exports = { ...rest }",
        "module.exports = { [name]: f }",
        "export * from './b.js'",
        "export const { handler, other } = make()",
        "__exportStar(require('./b'), exports)",
        "Object.assign(exports, f)",
        "(function (m) { m.exports = f })(module)",
        "0 && (module.exports = {}); module.exports = __toCommonJS(src)",
        "exports[name] = f",
        "const unfinished = 'a\n",
        "/* never ends",
        "`${",
    ] {
        assert_eq!(lacking(text), [""; 0], "{text}");
    }
}

#[test]
fn a_name_that_is_not_exported_is_an_error_with_the_nearest_one() {
    let says = |text: &str| checked("nodejs22.x", "index.handler", &[("index.js", text)]).unwrap_err().to_string();
    assert_eq!(
        says("exports.handlr = 1"),
        "the handler `index.handler`: `src/index.js` exports no `handler`; did you mean `index.handlr`?"
    );
    assert!(says("export default 1\n").ends_with("such as default"), "{}", says("export default 1\n"));
    for text in ["function handler() {}", "// exports handler\n", "", "exports = { handler }", "const s = 'exports'"] {
        assert!(says(text).contains("exports no `handler`; add it"), "{text}: {}", says(text));
    }
}

#[test]
fn the_file_of_a_node_handler_is_in_the_package() {
    let js = "exports.handler = 1";
    for (handler, file) in [
        ("index.handler", "index.js"),
        ("index.handler", "index.cjs"),
        ("a/b/index.handler", "a/b/index.js"),
        ("a.b/index.handler.deeper", "a.b/index.js"),
    ] {
        checked("nodejs22.x", handler, &[(file, js)]).unwrap_or_else(|error| panic!("{handler}: {error}"));
    }
    checked("nodejs22.x", "index.handler", &[("index.mjs", "export const handler = 1")]).unwrap();
    checked("nodejs22.x", "/opt/nodejs/wrapper.handler", &[]).expect("a layer's");
    checked("ruby3.4", "none.handler", &[]).expect("another runtime's");
    for handler in ["other.handler", "index", "index.", "a/index.handler"] {
        let error = checked("nodejs22.x", handler, &[("index.js", js)]).unwrap_err();
        assert!(matches!(error, PackageError::HandlerMissing { .. }), "{handler}: {error}");
        assert!(error.to_string().contains(".mjs`"), "{error}");
    }
}

#[test]
fn the_name_of_a_python_handler_is_bound_at_the_top_level() {
    for text in [
        "def handler(event, context): ...",
        "async def handler(e, c):\n    pass",
        "class handler:\n    pass",
        "handler = make()",
        "a = handler = make()",
        "a, handler = 1, 2",
        "handler: Callable = f",
        "import x as handler",
        "from x import handler",
        "from x import (\n    a,\n    b as handler,\n)",
        "try:\n    from x import handler\nexcept ImportError:\n    pass",
        "if True:\n    def handler(e, c): ...\nelse:\n    pass",
        "with f() as handler: pass",
        "def init():\n    global handler\n    handler = 1",
        "\u{feff}def handler(e, c): ...",
        "x = f\"{'a'}\"; handler = x",
        "def a(): return '''\nhandler\n'''\nhandler = 1\\\n  + 2",
    ] {
        checked("python3.13", "main.handler", &[("main.py", text)]).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    checked("python3.13", "a.b.handler", &[("a/b/__init__.py", "handler = 1")]).unwrap();
    for text in ["from x import *", "globals()['handler'] = 1", "import sys\nsys.modules[__name__] = X()", "s = 'a\n"] {
        checked("python3.13", "main.handler", &[("main.py", text)]).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    let says = |text: &str| checked("python3.13", "main.handler", &[("main.py", text)]).unwrap_err().to_string();
    let near = says("def lambda_handler(event, context):\n    handler = 1\n    return handler\n");
    assert_eq!(
        near,
        "the handler `main.handler`: `src/main.py` defines no `handler`; did you mean `main.lambda_handler`?"
    );
    for text in
        ["", "# handler\n", "'''\nhandler = 1\n'''\n", "app.handler = 1", "class A:\n    def handler(self): ..."]
    {
        assert!(says(text).contains("`src/main.py` defines no `handler`"), "{text}: {}", says(text));
    }
}

#[test]
fn no_text_is_too_strange_to_be_read() {
    let pieces = [
        "'", "\"\"\"", "`", "${", "}", "/", "\\", "\n", "é", "(", "exports", ".", "=", "{", "export ", "def ", "#", "0",
    ];
    let mut seed = 7_usize;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        let _ = checked("nodejs22.x", "index.handler", &[("index.js", &text)]);
        let _ = checked("python3.13", "main.handler", &[("main.py", &text)]);
    }
    let deep = "`${".repeat(100_000);
    checked("nodejs22.x", "index.handler", &[("index.js", &deep)]).expect("nothing is said");
}
