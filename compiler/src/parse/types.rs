//! Types.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{Scalar, Type, TypeKind};

impl<'i> Parser<'i, '_> {
    /// `optional list<T>`. `None` if a part of it was refused.
    pub(super) fn type_ref(&mut self, pair: &Node<'i>) -> Option<Type> {
        let mut cursor = Cursor::new(pair);
        let optionals = cursor.take_all(Rule::kw_optional);
        let core = cursor.next().expect("a type has a core");
        let mut ty = Type {
            kind: self.core(&core)?,
            span: self.place(&core),
        };
        if let Some(question) = cursor.take(Rule::question) {
            self.question_mark(&ty, &question, optionals.is_empty());
            if optionals.is_empty() {
                let span = self.place(pair);
                ty = Type {
                    kind: TypeKind::Optional(Box::new(ty)),
                    span,
                };
            }
        }
        // Two are enough for the error; more would only nest deeper.
        for word in optionals.iter().rev().take(2) {
            let span = self.place(word).to(ty.span);
            ty = Type {
                kind: TypeKind::Optional(Box::new(ty)),
                span,
            };
        }
        Some(ty)
    }

    fn core(&mut self, pair: &Node<'i>) -> Option<TypeKind> {
        let mut cursor = Cursor::new(pair);
        match pair.as_rule() {
            Rule::scalar => Some(TypeKind::Scalar(
                Scalar::from_word(pair.as_str()).expect("the grammar lists the scalars"),
            )),
            Rule::list_type => {
                cursor.expect(Rule::kw_list);
                Some(TypeKind::List(Box::new(self.first_argument(&mut cursor)?)))
            }
            Rule::set_type => {
                cursor.expect(Rule::kw_set);
                Some(TypeKind::Set(Box::new(self.first_argument(&mut cursor)?)))
            }
            Rule::map_type => {
                cursor.expect(Rule::kw_map);
                let key = self.first_argument(&mut cursor)?;
                cursor.expect(Rule::comma);
                let value = self.type_ref(&cursor.expect(Rule::type_ref))?;
                Some(TypeKind::Map(Box::new(key), Box::new(value)))
            }
            Rule::array_type => {
                cursor.expect(Rule::kw_array);
                let element = self.first_argument(&mut cursor)?;
                cursor.expect(Rule::comma);
                let length = self.expr(&cursor.expect(Rule::array_length))?;
                Some(TypeKind::Array(Box::new(element), Box::new(length)))
            }
            _ => self.named_type(cursor),
        }
    }

    /// The first type argument.
    fn first_argument(&mut self, cursor: &mut Cursor<'i>) -> Option<Type> {
        cursor.expect(Rule::less);
        self.type_ref(&cursor.expect(Rule::type_ref))
    }

    fn named_type(&mut self, mut cursor: Cursor<'i>) -> Option<TypeKind> {
        let path = self.path(&cursor.expect(Rule::path));
        if let Some(scalar) = self.special_type(&path)? {
            return Some(TypeKind::Scalar(scalar));
        }
        let mut arguments = Vec::new();
        if let Some(pair) = cursor.take(Rule::type_arguments) {
            for argument in Cursor::new(&pair).rest_of(Rule::type_ref) {
                arguments.push(self.type_ref(&argument)?);
            }
        }
        Some(TypeKind::Named(path, arguments))
    }
}
