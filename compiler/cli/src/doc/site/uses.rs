//! What uses what.

use std::collections::BTreeMap;

use sinew_compiler::index::{Declaration, Index};
use sinew_compiler::source::Span;
use sinew_grammar::lex::TokenKind;

use super::source::Texts;

/// For each declaration what names it, by where the names stand: declarations, their members and methods, in the order of
/// namespaces and files. What comments say is no use.
pub(super) fn of(index: &Index, texts: &Texts<'_>) -> BTreeMap<Span, Vec<Span>> {
    let mut uses: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for declaration in &index.declarations {
        let whole = whole(declaration);
        let (_, tokens) = texts.tokens(whole);
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Word) {
            let Some(meant) = texts.meant(whole.file, token.range.start) else {
                continue;
            };
            let Ok(start) = u32::try_from(token.range.start) else {
                continue;
            };
            let user = user(declaration, start);
            let users = uses.entry(meant).or_default();
            if start != meant.start && users.last() != Some(&user.at) {
                users.push(user.at);
            }
        }
    }
    uses
}

/// The smallest part of a declaration around a place that is worth a mention; of a method nothing inside.
fn user(declaration: &Declaration, offset: u32) -> &Declaration {
    if declaration.kind == "method" {
        return declaration;
    }
    let members = &declaration.members;
    let behind = members.partition_point(|member| whole(member).start <= offset);
    let around = behind.checked_sub(1).map(|at| &members[at]);
    match around.filter(|it| offset < whole(it).end && it.kind != "type parameter") {
        Some(member) => user(member, offset),
        None => declaration,
    }
}

/// With its annotations.
fn whole(declaration: &Declaration) -> Span {
    let first = declaration.annotations.first();
    first.map_or(declaration.span, |first| first.to(declaration.span))
}
