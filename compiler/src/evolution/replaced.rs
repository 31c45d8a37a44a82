//! Types that took the place of others of their kind, member by member: each pair of them once, however they hold each
//! other.

use std::collections::BTreeMap;

use super::Comparison;
use super::Level;
use super::effect::Effect;
use super::effect::Harm;
use super::finding::Finding;
use super::types::TypeChange;
use crate::diagnostics::Code;
use crate::schema::Type;

/// Types that took the place of others inside each other, at most: what is deeper counts as another type.
const MAX_DEPTH: usize = 64;

/// An old type and the new one in its place.
type Place = (Type, Type);

/// What is known of types that took the place of others.
#[derive(Default)]
pub(super) struct Replaced {
    known: BTreeMap<Place, Judgement>,
    /// Those that are not settled: under way, or holding what is.
    open: Vec<Place>,
    /// How many are under way.
    depth: usize,
    /// The outermost one under way that what was compared last holds.
    holds: usize,
}

/// What it does that a type takes the place of another one, and why.
#[derive(Clone, Default)]
struct Judgement {
    effect: Effect,
    why: String,
    /// Whether that depends on what is put in for a type parameter.
    depends: bool,
    /// The outermost type under way that it holds, itself included; nothing once it is settled.
    under_way: Option<usize>,
}

impl Comparison<'_> {
    /// Two types of one kind, member by member.
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

    /// Types that hold each other are one as far as this goes: what is found in one of them is found in all, so they are
    /// settled together, with the first of them.
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

/// What findings about the members of a type do to a place where it is used; and the worst of them.
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
