//! Which file of a crate uses which, read from the source.
//!
//! A file uses another when its code names an item that the other one defines, re-exports followed to the end. A `mod.rs`
//! that declares and re-exports its children does not use them by that. Methods are not followed, tests are left out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Segments of a path as written: `["super", "draw", "line"]`.
type Segments = Vec<String>;
/// The names from the crate's root down to a module.
type Place = Vec<String>;

/// Which file uses which, and by what name.
pub type Uses = BTreeMap<(PathBuf, PathBuf), String>;

/// One module: a file, or a `mod name { … }` inside one.
struct Module {
    file: PathBuf,
    names: HashMap<String, Vec<Name>>,
    globs: Vec<Segments>,
    used: Vec<Segments>,
    used_globs: Vec<Segments>,
}

/// What a name in a module stands for.
enum Name {
    Child,
    Item,
    Import(Segments),
}

/// Where a path leads.
#[derive(Clone, PartialEq)]
enum Target {
    Module(Place),
    Item(PathBuf),
}

/// The uses between the files of the crate whose root file is `root`.
pub fn uses(root: &Path) -> Uses {
    let mut tree = Tree::default();
    let folder = root.parent().expect("a file has a folder");
    tree.read_file(root, folder, Vec::new());
    let mut uses = Uses::new();
    for (place, module) in &tree.modules {
        let mut add = |file: PathBuf, segments: &Segments| {
            if file != module.file {
                let name = segments.last().cloned().unwrap_or_default();
                uses.entry((module.file.clone(), file)).or_insert(name);
            }
        };
        for path in &module.used {
            if let Some(Target::Item(file)) = tree.resolve(place, path, 0) {
                add(file, path);
            }
        }
        for path in &module.used_globs {
            if let Some(Target::Module(of)) = tree.resolve(place, path, 0) {
                add(tree.modules[&of].file.clone(), path);
            }
        }
    }
    uses
}

/// What `#[path = "…"]` says.
fn named_path(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// All modules of a crate.
#[derive(Default)]
struct Tree {
    modules: BTreeMap<Place, Module>,
}

impl Tree {
    /// Reads a module's file; `folder` is where its children lie.
    fn read_file(&mut self, file: &Path, folder: &Path, place: Place) {
        let text = fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        self.read_items(&parsed.items, file, folder, place);
    }

    fn read_items(&mut self, items: &[syn::Item], file: &Path, folder: &Path, place: Place) {
        let mut reader = Reader::default();
        for item in items {
            reader.visit_item(item);
        }
        let mut names = reader.names;
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            if let syn::Item::Mod(module) = item {
                let name = module.ident.to_string();
                let child: Place = place.iter().cloned().chain([name.clone()]).collect();
                names.entry(name.clone()).or_default().push(Name::Child);
                match &module.content {
                    Some((_, items)) => self.read_items(items, file, &folder.join(&name), child),
                    None => {
                        let flat = folder.join(format!("{name}.rs"));
                        let usual = if flat.is_file() { flat } else { folder.join(&name).join("mod.rs") };
                        let path = named_path(&module.attrs)
                            .map_or(usual, |path| file.parent().unwrap_or(Path::new("")).join(path));
                        self.read_file(&path, &folder.join(&name), child);
                    }
                }
            } else if let Some(name) = defined(item) {
                names.entry(name).or_default().push(Name::Item);
            }
        }
        let Reader { globs, used, used_globs, .. } = reader;
        self.modules.insert(place, Module { file: file.to_owned(), names, globs, used, used_globs });
    }

    /// Where `path`, written in module `from`, leads; nowhere if it leaves the crate.
    fn resolve(&self, from: &Place, path: &[String], depth: usize) -> Option<Target> {
        if depth > 16 {
            return None; // imports that go round in a ring
        }
        let mut at = from.clone();
        let mut rest = path;
        let mut anchored = false;
        while let [first, more @ ..] = rest {
            match first.as_str() {
                "crate" => at.clear(),
                "super" => drop(at.pop()?),
                "self" => {}
                _ => break,
            }
            (rest, anchored) = (more, true);
        }
        let mut target = Target::Module(at);
        while let [name, more @ ..] = rest {
            let Target::Module(place) = &target else { return Some(target) };
            match self.look_up(place, name, more.is_empty(), depth) {
                Some(found) => target = found,
                // A name that a macro makes. What was imported leads to another crate.
                None if anchored && !self.modules.get(place)?.names.contains_key(name) => {
                    return Some(Target::Item(self.modules[place].file.clone()));
                }
                None => return None,
            }
            (rest, anchored) = (more, true);
        }
        Some(target)
    }

    /// What `name` stands for in the module at `place`: a function and a module may share a name.
    fn look_up(&self, place: &Place, name: &str, is_last: bool, depth: usize) -> Option<Target> {
        let module = self.modules.get(place)?;
        let named = module.names.get(name).into_iter().flatten().filter_map(|known| match known {
            Name::Child => Some(Target::Module(place.iter().cloned().chain([name.to_owned()]).collect())),
            Name::Item => Some(Target::Item(module.file.clone())),
            Name::Import(path) => self.resolve(place, path, depth + 1),
        });
        let fits = |target: &&Target| matches!(target, Target::Item(_)) == is_last;
        let mut found: Vec<Target> = named.collect();
        // A name of the module's own hides what comes by `*`.
        if found.is_empty() && !module.names.contains_key(name) && depth < 4 {
            found.extend(module.globs.iter().filter_map(|path| {
                match self.resolve(place, path, depth + 1)? {
                    Target::Module(of) if of != *place => self.look_up(&of, name, is_last, depth + 1),
                    _ => None,
                }
            }));
        }
        found.iter().find(fits).or(found.first()).cloned()
    }
}

/// Collects what one module's code names.
#[derive(Default)]
struct Reader {
    names: HashMap<String, Vec<Name>>,
    globs: Vec<Segments>,
    used: Vec<Segments>,
    used_globs: Vec<Segments>,
}

impl Reader {
    fn import(&mut self, tree: &syn::UseTree, mut path: Segments, is_private: bool) {
        match tree {
            syn::UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.import(&part.tree, path, is_private);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.import(item, path.clone(), is_private));
            }
            syn::UseTree::Glob(_) => {
                self.globs.push(path.clone());
                if is_private {
                    self.used_globs.push(path);
                }
            }
            syn::UseTree::Name(name) => self.import_as(&name.ident, &name.ident, path, is_private),
            syn::UseTree::Rename(name) => self.import_as(&name.ident, &name.rename, path, is_private),
        }
    }

    fn import_as(&mut self, ident: &syn::Ident, name: &syn::Ident, mut path: Segments, is_private: bool) {
        let name = if name == "self" { path.last().cloned().unwrap_or_default() } else { name.to_string() };
        if ident != "self" {
            path.push(ident.to_string());
        }
        if is_private {
            self.used.push(path.clone());
        }
        self.names.entry(name).or_default().push(Name::Import(path));
    }

    /// Paths among the tokens of a macro.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.used.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                    }
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.used.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.scan(group.stream());
                    }
                }
            }
        }
        self.used.extend((!path.is_empty()).then_some(path));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        // A module has a reader of its own.
        if !is_test(attributes(item)) && !matches!(item, syn::Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, Vec::new(), matches!(item.vis, syn::Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.used.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.scan(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}

/// The name that an item other than a module brings into its module.
fn defined(item: &syn::Item) -> Option<String> {
    let name = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// True for what is compiled into tests alone.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
    })
}
