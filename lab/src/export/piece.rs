//! A cell, cut into its items and statements, each with the names that it gives and those that it uses.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Item, Stmt, Type, UseTree};

/// What runs tasks under several models, or with several numbers of workers.
const COMPARING: [&str; 3] = ["compare", "scaling", "growth"];

/// One item or statement.
#[derive(Debug)]
pub struct Piece {
    /// Its source.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Names that occur in it, but for those of fields, methods and labels.
    pub uses: BTreeSet<String>,
    /// Whether it is a statement that compares.
    pub compares: bool,
}

impl Piece {
    /// Whether it is an import.
    pub fn is_import(&self) -> bool {
        self.text.starts_with("use ")
    }
}

/// What a piece is.
#[derive(Debug)]
pub enum Kind {
    /// The names that it gives, `_` for one that nobody calls by name; for an `impl` the type and the trait that it belongs to.
    Item { names: Vec<String>, belongs: Vec<String> },
    /// The variables that it binds.
    Let { names: Vec<String>, mutable: bool },
    /// Anything else.
    Expression,
}

/// The pieces of a cell, a piece for each name that is imported. Lines for the kernel itself (`:dep`) are none.
///
/// # Errors
/// Where the cell is no Rust.
pub fn pieces(source: &str) -> syn::Result<Vec<Piece>> {
    let code: Vec<&str> = source.lines().map(|line| if line.starts_with(':') { "" } else { line }).collect();
    let block = format!("{{\n{}\n}}", code.join("\n"));
    let mut pieces = Vec::new();
    for stmt in syn::parse_str::<Block>(&block)?.stmts {
        let text = with_comments(&block, stmt.span().byte_range());
        if let Stmt::Item(Item::Use(import)) = &stmt {
            imports(String::new(), &import.tree, &mut pieces);
            continue;
        }
        let mut uses = BTreeSet::new();
        // Text that was parsed as Rust is made of tokens.
        names(text.parse().unwrap_or_default(), &mut uses);
        let mut calls = Compares(false);
        let kind = match &stmt {
            Stmt::Item(item) => of_item(item),
            Stmt::Local(local) => {
                let mut bound = Bound::default();
                bound.visit_pat(&local.pat);
                calls.visit_local(local);
                Kind::Let { names: bound.names, mutable: bound.mutable }
            }
            other => {
                calls.visit_stmt(other);
                Kind::Expression
            }
        };
        pieces.push(Piece { text, kind, uses, compares: calls.0 });
    }
    Ok(pieces)
}

/// A piece's source with the comment lines above it, and a comment behind it.
fn with_comments(source: &str, range: std::ops::Range<usize>) -> String {
    let above = source[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let mut start = range.start;
    let mut before = &source[..above];
    while let Some(line) = before.lines().next_back().filter(|line| line.trim_start().starts_with("//")) {
        before = &before[..before.len() - line.len() - 1];
        start = before.len();
    }
    let rest = source[range.end..].lines().next().unwrap_or_default();
    let end = if rest.trim_start().starts_with("//") { range.end + rest.len() } else { range.end };
    source[start..end].to_owned()
}

/// A piece for each name that an import gives.
fn imports(path: String, tree: &UseTree, pieces: &mut Vec<Piece>) {
    let (path, name) = match tree {
        UseTree::Path(step) => return imports(format!("{path}{}::", step.ident), &step.tree, pieces),
        UseTree::Group(group) => {
            return group.items.iter().for_each(|tree| imports(path.clone(), tree, pieces));
        }
        UseTree::Glob(_) => (format!("{path}*"), "_".to_owned()),
        UseTree::Name(name) if name.ident == "self" => {
            let module = path.trim_end_matches("::").to_owned();
            (module.clone(), module.rsplit("::").next().unwrap_or_default().to_owned())
        }
        UseTree::Name(name) => (format!("{path}{}", name.ident), name.ident.to_string()),
        UseTree::Rename(name) => {
            (format!("{path}{} as {}", name.ident, name.rename), name.rename.to_string())
        }
    };
    let uses = path.split("::").take(1).map(str::to_owned).collect();
    let kind = Kind::Item { names: vec![name], belongs: Vec::new() };
    pieces.push(Piece { text: format!("use {path};"), kind, uses, compares: false });
}

fn of_item(item: &Item) -> Kind {
    let ident = match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Mod(item) => Some(&item.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    };
    let last = |path: &syn::Path| path.segments.last().map(|segment| segment.ident.to_string());
    let belongs = match item {
        Item::Impl(item) => {
            let of_type = if let Type::Path(path) = &*item.self_ty { last(&path.path) } else { None };
            of_type.into_iter().chain(item.trait_.as_ref().and_then(|(path, _)| last(path))).collect()
        }
        _ => Vec::new(),
    };
    Kind::Item { names: ident.iter().map(|ident| ident.to_string()).collect(), belongs }
}

#[derive(Default)]
struct Bound {
    names: Vec<String>,
    mutable: bool,
}

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, ident: &'a syn::PatIdent) {
        self.names.push(ident.ident.to_string());
        self.mutable |= ident.mutability.is_some();
        visit::visit_pat_ident(self, ident);
    }
}

struct Compares(bool);

impl<'a> Visit<'a> for Compares {
    fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
        let path = if let Expr::Path(path) = &*call.func { path.path.segments.last() } else { None };
        self.0 |= path.is_some_and(|last| COMPARING.iter().any(|name| last.ident == name));
        visit::visit_expr_call(self, call);
    }
}

/// Collects names: not what follows a single dot, as methods and fields do, nor what a single colon follows.
fn names(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<usize>, mark: char| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark))
    };
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back);
        match token {
            TokenTree::Group(group) => names(group.stream(), found),
            TokenTree::Ident(name) => {
                let of_value = is(before(1), '.') && !is(before(2), '.');
                let joint = |token: &TokenTree| matches!(token, TokenTree::Punct(colon) if colon.spacing() == Spacing::Joint);
                let label = is(Some(at + 1), ':') && !joint(&tokens[at + 1]);
                if !of_value && !label {
                    found.insert(name.to_string());
                }
            }
            TokenTree::Literal(literal) => in_text(&literal.to_string(), found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Names in a text between braces, as `format!` takes them.
fn in_text(literal: &str, found: &mut BTreeSet<String>) {
    if !literal.ends_with(['"', '#']) {
        return;
    }
    for part in literal.replace("{{", "").split('{').skip(1) {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        if matches!(part[end..].chars().next(), Some(':' | '}')) && end > 0 {
            found.insert(part[..end].to_owned());
        }
    }
}
