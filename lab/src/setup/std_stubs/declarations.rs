//! Reduces Rust source to its declarations: function bodies, comments and attributes that carry no types are left out.
//!
//! rust-analyzer lives in the kernel and reads the standard library's source to infer the types of a cell's variables. It looks
//! at declarations only, yet parses everything; on the reduced text a kernel starts seconds earlier.

/// The declarations of `source`.
pub fn of(source: &str) -> String {
    let mut reader = Reader { text: source, at: 0, out: String::with_capacity(source.len() / 3) };
    while reader.at < source.len() {
        reader.step();
    }
    reader.out
}

/// Attributes that no type depends on. (`stable` is none of them: macros are called with it.)
const SILENT: [&str; 8] = [
    "doc",
    "must_use",
    "inline",
    "track_caller",
    "rustc_const_stable",
    "cold",
    "rustc_on_unimplemented",
    "deprecated",
];

struct Reader<'a> {
    text: &'a str,
    at: usize,
    out: String,
}

impl Reader<'_> {
    /// Copies or leaves out one token.
    fn step(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.starts_with("#[") && self.is_silent_attribute(start) {
            self.at = closing(self.text, start + 1);
            return;
        }
        let end = token_end(self.text, start);
        self.at = end;
        let token = &self.text[start..end];
        if token.starts_with("//") || token.starts_with("/*") {
            return;
        }
        if token == "\n" {
            self.line_feed();
            return;
        }
        self.out.push_str(token);
        if token == "fn" && !follows_word(self.text, start) {
            self.function();
        }
    }

    /// Ends a line, unless everything on it was left out.
    fn line_feed(&mut self) {
        self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn is_silent_attribute(&self, start: usize) -> bool {
        let name_start = start + 2;
        let name_end = token_end(self.text, name_start);
        SILENT.contains(&&self.text[name_start..name_end])
    }

    /// Copies a signature and leaves its body out. The body stays where the signature names no type: `-> impl Trait`.
    fn function(&mut self) {
        let start = self.at;
        let mut at = skip_space(self.text, start);
        // `fn(u8) -> u8` is a type and has no body.
        if self.text[at..].starts_with('(') {
            return;
        }
        let mut returned = None;
        while at < self.text.len() {
            match self.text.as_bytes()[at] {
                b'(' | b'[' => at = closing(self.text, at),
                b'-' if returned.is_none() && self.text[at..].starts_with("->") => {
                    returned = Some(at);
                    at += 2;
                }
                b'{' => {
                    let signature = &self.text[start..at];
                    let end = closing(self.text, at);
                    self.out.push_str(signature);
                    let opaque = returned.is_some_and(|from| self.text[from..at].contains("impl "));
                    self.out.push_str(if opaque { &self.text[at..end] } else { "{}" });
                    self.at = end;
                    return;
                }
                b';' | b'}' | b')' | b']' => return,
                _ => at = token_end(self.text, at),
            }
        }
    }
}

fn follows_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

fn skip_space(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start().len()
}

/// Where the bracket that opens at `at` has been closed.
fn closing(text: &str, at: usize) -> usize {
    let mut depth = 0;
    let mut at = at;
    while at < text.len() {
        match text.as_bytes()[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        at = token_end(text, at);
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where the token that starts at `at` ends: a comment, a literal, a word, or one character.
fn token_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return at + rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return at + block_comment(rest);
    }
    if let Some(length) = string(rest) {
        return at + length;
    }
    if rest.starts_with('\'') {
        return at + quote(rest);
    }
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    if word > 0 { at + word } else { at + rest.chars().next().map_or(0, char::len_utf8) }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a string literal, raw or not, if one starts here.
fn string(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c: char| !matches!(c, 'b' | 'c' | 'r'))?;
    if prefix > 2 {
        return None;
    }
    if rest[..prefix].ends_with('r') {
        let hashes = rest[prefix..].find(|c| c != '#')?;
        let opening = prefix + hashes;
        if !rest[opening..].starts_with('"') {
            return None;
        }
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(opening + 1 + rest[opening + 1..].find(&end)? + end.len());
    }
    if !rest[prefix..].starts_with('"') {
        return None;
    }
    let mut escaped = false;
    for (at, c) in rest[prefix + 1..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(prefix + 1 + at + 1),
            _ => {}
        }
    }
    None
}

/// The length of a character literal or of a lifetime.
fn quote(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            chars.find(|(_, c)| *c == '\'').map_or(rest.len(), |(at, _)| at + 1)
        }
        Some((_, _)) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn bodies_and_comments_go_signatures_stay() {
        let source = "/// Doc.\npub fn twice(x: [u8; 2]) -> u8 where u8: Copy { let s = \"}\"; x[0] * 2 } // end\nfn g();";
        assert_eq!(of(source).trim(), "pub fn twice(x: [u8; 2]) -> u8 where u8: Copy {}\nfn g();");
    }

    #[test]
    fn a_body_that_tells_the_type_stays() {
        let source = "fn odd() -> impl Iterator<Item = u8> { (0..9).step_by(2) }";
        assert_eq!(of(source), source);
        assert_eq!(of("fn takes(f: impl Fn()) { f() }"), "fn takes(f: impl Fn()) {}");
    }

    #[test]
    fn what_only_looks_like_a_body_stays() {
        let source = "struct S { f: fn(u8) -> u8, c: char } const Q: char = '{'; type F<'a> = &'a str; static R: &str = r#\"fn f() { \"#;";
        assert_eq!(of(source), source);
    }

    #[test]
    fn silent_attributes_go_others_stay() {
        assert_eq!(
            of("#[inline]\n#[lang = \"eq\"]\n#[doc = concat!(\"]\")]\ntrait Eq {}").replace('\n', ""),
            "#[lang = \"eq\"]trait Eq {}"
        );
    }

    #[test]
    fn functions_inside_macros_lose_their_bodies_too() {
        let source = "macro_rules! m { ($n:ident) => { fn $n(self) -> u8 { self as u8 } }; }";
        assert_eq!(of(source), "macro_rules! m { ($n:ident) => { fn $n(self) -> u8 {} }; }");
    }

    #[test]
    fn nested_comments_and_escapes_are_understood() {
        assert_eq!(of("/* a /* b */ { */ fn f() { '\\''; \"\\\"}\" } struct A;"), " fn f() {} struct A;");
    }
}
