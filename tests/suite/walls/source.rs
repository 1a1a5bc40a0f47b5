//! The program's sources, parsed: what each file uses, how long its functions are, and which lines are tests of its own.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// A file below `src` or `tests`.
pub struct SourceFile {
    /// Its path below the checkout, such as `src/aws/rate.rs`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its module, such as `aws`, `rate`.
    pub module: Vec<String>,
    /// What it uses.
    pub uses: Vec<Use>,
    /// Its functions: name, first line and lines.
    pub functions: Vec<(String, usize, usize)>,
    /// True if something in its product part is asynchronous.
    pub is_async: bool,
    /// Its public items, variants and functions without documentation: name and line.
    pub undocumented: Vec<(String, usize)>,
    /// The lines that only tests compile.
    tests: Vec<RangeInclusive<usize>>,
}

/// A path in the code, from the crate's root or from another crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Its segments, such as `crate`, `aws`, `rate`.
    pub path: Vec<String>,
    /// The line.
    pub line: usize,
    /// True if only tests compile it.
    pub test: bool,
}

impl SourceFile {
    /// The top level's module that it belongs to, such as `aws`.
    pub fn room(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    /// The text without what only tests compile; as many lines as the file has.
    pub fn product(&self) -> String {
        let is_test = |line: usize| self.tests.iter().any(|range| range.contains(&line));
        let lines = self.text.lines().enumerate().map(|(i, line)| if is_test(i + 1) { "" } else { line });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The program's files, by path; read once.
pub fn program() -> &'static [SourceFile] {
    static SOURCES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| all("src"));
    &SOURCES
}

/// All files of a folder of the checkout, by path.
pub fn all(folder: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut sources: Vec<SourceFile> = paths.iter().map(|path| parse(root, folder, path)).collect();
    mark_test_files(&mut sources);
    sources
}

fn parse(root: &Path, folder: &str, path: &PathBuf) -> SourceFile {
    let text = std::fs::read_to_string(path).expect("a source");
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let below = path.strip_prefix(root.join(folder)).expect("a path below it").with_extension("");
    let module = below.iter().map(|part| part.to_string_lossy().into_owned()).filter(|part| part != "lib");
    let mut reader = Reader { module: module.collect(), ..Reader::default() };
    reader.visit_file(&file);
    reader.uses.sort();
    SourceFile {
        path: path.strip_prefix(root).expect("a path below it").display().to_string(),
        text,
        module: reader.module,
        uses: reader.uses,
        functions: reader.functions,
        is_async: reader.is_async,
        undocumented: reader.undocumented,
        tests: reader.tests,
    }
}

/// A file whose declaration only tests compile is a test as a whole, and so is everything below it.
fn mark_test_files(sources: &mut [SourceFile]) {
    let declared: BTreeSet<Vec<String>> = sources.iter().flat_map(test_modules).collect();
    for source in sources {
        if (1..=source.module.len()).any(|depth| declared.contains(&source.module[..depth])) {
            source.tests = vec![1..=usize::MAX];
            source.is_async = false;
            source.undocumented.clear();
            source.uses.iter_mut().for_each(|used| used.test = true);
        }
    }
}

/// The modules that a file declares for tests alone.
fn test_modules(source: &SourceFile) -> Vec<Vec<String>> {
    let file = syn::parse_file(&source.text).expect("parsed before");
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && module.attrs.iter().any(is_for_tests) => Some(module),
        _ => None,
    });
    modules.map(|module| [source.module.clone(), vec![module.ident.to_string()]].concat()).collect()
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
}

#[derive(Default)]
struct Reader {
    module: Vec<String>,
    /// Modules inside the file, which `super` leaves first.
    inner: Vec<String>,
    /// True in a module inside the file that others do not see.
    in_private: bool,
    in_test: bool,
    uses: Vec<Use>,
    functions: Vec<(String, usize, usize)>,
    is_async: bool,
    undocumented: Vec<(String, usize)>,
    tests: Vec<RangeInclusive<usize>>,
}

impl Reader {
    fn check_docs(&mut self, attributes: &[Attribute], visibility: Option<&Visibility>, name: &syn::Ident) {
        let is_public =
            visibility.is_none_or(|visibility| matches!(visibility, Visibility::Public(_))) && !self.in_private;
        let excuses = ["doc", "expect", "allow"];
        let has_docs = attributes.iter().any(|attribute| excuses.iter().any(|word| attribute.path().is_ident(word)));
        if is_public && !has_docs && !self.in_test {
            self.undocumented.push((name.to_string(), name.span().start().line));
        }
    }

    fn add(&mut self, path: Vec<String>, line: usize) {
        let mut here = [self.module.clone(), self.inner.clone()].concat();
        let ups = path.iter().take_while(|part| *part == "super").count();
        let path = match path[0].as_str() {
            "super" if ups <= here.len() => {
                here.truncate(here.len() - ups);
                [vec!["crate".to_owned()], here, path[ups..].to_vec()].concat()
            }
            _ => path,
        };
        self.uses.push(Use { path, line, test: self.in_test });
    }

    fn add_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(with(&name.ident), name.span().start().line),
            UseTree::Rename(rename) => self.add(with(&rename.ident), rename.span().start().line),
            UseTree::Glob(glob) => self.add(before.to_vec(), glob.span().start().line),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, before)),
        }
    }

    /// Paths from the crate's root among a macro's tokens, which are not parsed.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (i, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Ident(word) if word == "crate" => {
                    let names = tokens[i + 1..].iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
                    let names = names.filter_map(|token| match token {
                        TokenTree::Ident(name) => Some(name.to_string()),
                        _ => None,
                    });
                    let path = std::iter::once("crate".to_owned()).chain(names.take(2)).collect();
                    self.add(path, word.span().start().line);
                }
                _ => {}
            }
        }
    }

    fn add_function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (first, last) = (signature.span().start().line, block.span().end().line);
        self.functions.push((signature.ident.to_string(), first, last - first + 1));
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            Item::Macro(item) => &item.attrs,
            _ => &Vec::new(),
        };
        let (before, is_test) = (self.in_test, attributes.iter().any(is_for_tests));
        if is_test && !before {
            self.tests.push(item.span().start().line..=item.span().end().line);
        }
        self.in_test |= is_test;
        visit::visit_item(self, item);
        self.in_test = before;
    }

    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        let before = self.in_private;
        self.in_private |= !matches!(module.vis, Visibility::Public(_));
        self.inner.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inner.pop();
        self.in_private = before;
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.add_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.add(names, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'a syn::Macro) {
        self.add_tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        self.check_docs(&item.attrs, Some(&item.vis), &item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'a syn::ItemEnum) {
        self.check_docs(&item.attrs, Some(&item.vis), &item.ident);
        let says_it_all = item.attrs.iter().any(|attribute| attribute.path().is_ident("allow"));
        if matches!(item.vis, Visibility::Public(_)) && !says_it_all {
            item.variants.iter().for_each(|variant| self.check_docs(&variant.attrs, None, &variant.ident));
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        self.check_docs(&item.attrs, Some(&item.vis), &item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.check_docs(&item.attrs, Some(&item.vis), &item.ident);
        visit::visit_item_const(self, item);
    }

    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        self.check_docs(&function.attrs, Some(&function.vis), &function.sig.ident);
        self.add_function(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        self.check_docs(&function.attrs, Some(&function.vis), &function.sig.ident);
        self.add_function(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        self.is_async |= signature.asyncness.is_some() && !self.in_test;
        visit::visit_signature(self, signature);
    }
}
