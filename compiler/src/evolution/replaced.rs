//! Compares types of the same kind that have taken the place of each other, member by member. Each pair is compared
//! once, even if types are recursive.

use std::collections::BTreeMap;

use super::Comparison;
use super::Level;
use super::effect::Effect;
use super::effect::Harm;
use super::finding::Finding;
use super::types::TypeChange;
use crate::diagnostics::Code;
use crate::schema::Type;

/// How deep such types may be nested. What is deeper counts as another type.
const MAX_DEPTH: usize = 64;

/// An old type, and the new one in its place.
type Place = (Type, Type);

/// Results of comparing types with those that replace them.
#[derive(Default)]
pub(super) struct Replaced {
    known: BTreeMap<Place, Judgement>,
    /// Types without a final result: being compared, or containing one that is.
    open: Vec<Place>,
    /// How many are being compared.
    depth: usize,
    /// The outermost of these that the last compared type contains.
    holds: usize,
}

/// The consequences of replacing a type, and the reason.
#[derive(Clone, Default)]
struct Judgement {
    effect: Effect,
    why: String,
    /// Whether that depends on what a type argument is.
    depends: bool,
    /// The outermost type being compared that it contains, including itself; `None` once the result is final.
    under_way: Option<usize>,
}

impl Comparison<'_> {
    /// Compares two types of the same kind, member by member.
    pub(super) fn replaced(&mut self, old: &Type, new: &Type) -> Vec<TypeChange> {
        let place = (old.clone(), new.clone());
        let judgement = match self.replaced.known.get(&place) {
            Some(known) => known.clone(),
            None if self.replaced.depth == MAX_DEPTH => Judgement {
                effect: Effect::on_wire(Harm::Breaks, Harm::Breaks),
                why: "the types are nested too deep to be compared".to_owned(),
                ..Judgement::default()
            },
            None => self.compared(place),
        };
        if let Some(at) = judgement.under_way {
            self.replaced.holds = self.replaced.holds.min(at);
        }
        self.depends |= judgement.depends;
        let effect = judgement.effect.and_source();
        vec![TypeChange::new(Code::TypeReplaced, effect, judgement.why)]
    }

    /// Types that contain each other share their result: what is found in one affects all. So their results become
    /// final together, with that of the outermost.
    fn compared(&mut self, place: Place) -> Judgement {
        let depth = self.replaced.depth;
        let first = self.replaced.open.len();
        self.replaced.open.push(place.clone());
        let under_way = Judgement {
            under_way: Some(depth),
            ..Judgement::default()
        };
        self.replaced.known.insert(place.clone(), under_way);
        let outer = (self.replaced.holds, self.depends);
        (self.replaced.holds, self.depends) = (depth, false);
        self.replaced.depth += 1;
        let findings = self.apart(|comparison| comparison.members(&place.0, &place.1));
        self.replaced.depth -= 1;
        let holds = self.replaced.holds;
        let mut judgement = judged(&findings);
        judgement.depends = self.depends;
        (self.replaced.holds, self.depends) = outer;
        if holds < depth {
            judgement.under_way = Some(holds);
            self.replaced.known.insert(place, judgement.clone());
        } else {
            for settled in self.replaced.open.drain(first..) {
                self.replaced.known.insert(settled, judgement.clone());
            }
        }
        judgement
    }
}

/// Summarizes findings about members for a place where the type is used: the consequences, and the worst finding as the
/// reason.
fn judged(findings: &[Finding]) -> Judgement {
    let effects = findings.iter().map(|finding| Effect {
        later: false,
        source: false,
        ..finding.effect
    });
    let effect = effects.fold(Effect::default(), Effect::and);
    let harm = |finding: &&Finding| (finding.effect.worst(), finding.effect.harms(Level::Json));
    let worst = findings.iter().max_by_key(harm);
    let worst = worst.filter(|finding| harm(finding) > Default::default());
    Judgement {
        effect,
        why: worst
            .map(|finding| finding.message.clone())
            .unwrap_or_default(),
        ..Judgement::default()
    }
}
