//! Changes that `@breaking_ok` accepts, and the regions in which it does.

use crate::ast::{Annotation, AnnotationArg, ArgValue, ExprKind};
use crate::diagnostics::Code;
use crate::load::Loaded;
use crate::schema::Accepted;
use crate::source::Span;

/// All of them. Their arguments have been checked before.
pub(super) fn accepted(loaded: &Loaded) -> Vec<Accepted> {
    let annotated = loaded.files.iter().flat_map(|file| file.ast.annotated());
    annotated
        .flat_map(|(annotations, region)| {
            let meant = annotations
                .iter()
                .filter(|a| a.path.text() == "breaking_ok");
            meant.flat_map(move |annotation| codes(annotation, region))
        })
        .collect()
}

fn codes(annotation: &Annotation, region: Span) -> Vec<Accepted> {
    let codes = annotation
        .args
        .iter()
        .filter_map(|arg| Some((code(arg)?, arg)));
    let codes: Vec<_> = codes.collect();
    let whole = (codes.len() == 1).then_some(annotation.span);
    let accepted = codes.into_iter().map(|(code, arg)| Accepted {
        code,
        region,
        span: arg.span,
        whole,
    });
    accepted.collect()
}

fn code(arg: &AnnotationArg) -> Option<Code> {
    match &arg.value {
        ArgValue::Expr(expr) => match &expr.kind {
            ExprKind::Path(path) => Code::from_id(&path.text()).filter(|code| code.is_change()),
            _ => None,
        },
        ArgValue::Range(_) => None,
    }
}
