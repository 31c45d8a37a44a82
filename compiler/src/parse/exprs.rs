//! Constant expressions. The grammar yields a flat sequence of operands and operators; this builds the tree by
//! precedence.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{BinaryOp, Expr, ExprKind, FieldInit, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Greatest height of the tree of an expression, so that walking it needs bounded stack.
const MAX_OPERATORS: usize = 256;

/// An expression and the height of its tree.
struct Tree {
    expr: Expr,
    height: usize,
}

impl<'i> Parser<'i, '_> {
    /// An expression or an array length; `None` if a part of it was refused.
    pub(super) fn expr(&mut self, pair: &Node<'i>) -> Option<Expr> {
        Some(self.tree(pair)?.expr)
    }

    fn tree(&mut self, pair: &Node<'i>) -> Option<Tree> {
        let mut cursor = Cursor::new(pair);
        let mut operands = vec![self.operand(&cursor.expect(Rule::operand))?];
        let mut operators: Vec<BinaryOp> = Vec::new();
        while let Some(operator) = cursor.next() {
            let operator = binary_op(operator.as_str());
            while operators
                .last()
                .is_some_and(|last| precedence(*last) >= precedence(operator))
            {
                self.combine(&mut operands, &mut operators)?;
            }
            operators.push(operator);
            operands.push(self.operand(&cursor.expect(Rule::operand))?);
        }
        while !operators.is_empty() {
            self.combine(&mut operands, &mut operators)?;
        }
        operands.pop()
    }

    /// Replaces the last two operands and the last operator by the resulting tree.
    fn combine(&mut self, operands: &mut Vec<Tree>, operators: &mut Vec<BinaryOp>) -> Option<()> {
        let (right, left) = (operands.pop()?, operands.pop()?);
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height) + 1;
        let kind = ExprKind::Binary(operators.pop()?, Box::new(left.expr), Box::new(right.expr));
        operands.push(self.checked(kind, span, height)?);
        Some(())
    }

    /// A value with its signs
    fn operand(&mut self, pair: &Node<'i>) -> Option<Tree> {
        let mut cursor = Cursor::new(pair);
        let mut signs = Vec::new();
        let mut primary = cursor.next()?;
        while let Some(sign) = unary_op(primary.as_rule()) {
            signs.push((sign, self.place(&primary)));
            primary = cursor.next()?;
        }
        let mut tree = self.primary(&primary)?;
        for (sign, place) in signs.into_iter().rev() {
            let span = place.to(tree.expr.span);
            let kind = ExprKind::Unary(sign, Box::new(tree.expr));
            tree = self.checked(kind, span, tree.height + 1)?;
        }
        Some(tree)
    }

    fn primary(&mut self, pair: &Node<'i>) -> Option<Tree> {
        let span = self.place(pair);
        match pair.as_rule() {
            Rule::group => {
                let mut cursor = Cursor::new(pair);
                cursor.expect(Rule::lparen);
                let inner = self.tree(&cursor.expect(Rule::expr))?;
                self.checked(inner.expr.kind, span, inner.height + 1)
            }
            Rule::list_value => {
                let trees = self.trees(Cursor::new(pair))?;
                let height = height_of(&trees);
                self.checked(ExprKind::List(exprs(trees)), span, height)
            }
            Rule::map_value => self.map(pair),
            Rule::named_value => self.named_value(pair),
            _ => {
                let value = self.literal(pair)?;
                self.checked(value, span, 1)
            }
        }
    }

    fn map(&mut self, pair: &Node<'i>) -> Option<Tree> {
        let mut entries = Vec::new();
        let mut height = 0;
        for entry in Cursor::new(pair).rest_of(Rule::map_entry) {
            let trees = self.trees(Cursor::new(&entry))?;
            height = height.max(height_of(&trees));
            let mut sides = exprs(trees).into_iter();
            entries.push((sides.next()?, sides.next()?));
        }
        self.checked(ExprKind::Map(entries), self.place(pair), height + 1)
    }

    /// `Suit.HEARTS`, `Point { x = 1.0 }`
    fn named_value(&mut self, pair: &Node<'i>) -> Option<Tree> {
        let span = self.place(pair);
        let mut cursor = Cursor::new(pair);
        let path = self.path(&cursor.expect(Rule::path));
        let Some(body) = cursor.take(Rule::struct_value) else {
            return self.checked(ExprKind::Path(path), span, 1);
        };
        let mut fields = Vec::new();
        let mut height = 0;
        for field in Cursor::new(&body).rest_of(Rule::field_value) {
            let mut cursor = Cursor::new(&field);
            let name = self.name(&cursor.expect(Rule::name));
            cursor.expect(Rule::equals);
            let value = self.tree(&cursor.expect(Rule::expr))?;
            height = height.max(value.height);
            fields.push(FieldInit {
                name,
                value: value.expr,
            });
        }
        self.checked(ExprKind::Struct(path, fields), span, height + 1)
    }

    fn trees(&mut self, cursor: Cursor<'i>) -> Option<Vec<Tree>> {
        cursor
            .rest_of(Rule::expr)
            .map(|pair| self.tree(&pair))
            .collect()
    }

    /// An expression, unless its tree is too high.
    fn checked(&mut self, kind: ExprKind, span: Span, height: usize) -> Option<Tree> {
        if height > MAX_OPERATORS + 1 {
            self.report(too_long(span));
            return None;
        }
        Some(Tree {
            expr: Expr { kind, span },
            height,
        })
    }
}

fn height_of(trees: &[Tree]) -> usize {
    trees.iter().map(|tree| tree.height).max().unwrap_or(0) + 1
}

fn exprs(trees: Vec<Tree>) -> Vec<Expr> {
    trees.into_iter().map(|tree| tree.expr).collect()
}

fn unary_op(rule: Rule) -> Option<UnaryOp> {
    match rule {
        Rule::minus => Some(UnaryOp::Neg),
        Rule::plus => Some(UnaryOp::Plus),
        Rule::tilde => Some(UnaryOp::Not),
        _ => None,
    }
}

fn binary_op(sign: &str) -> BinaryOp {
    match sign {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "<<" => BinaryOp::Shl,
        ">>" => BinaryOp::Shr,
        "&" => BinaryOp::And,
        "^" => BinaryOp::Xor,
        "|" => BinaryOp::Or,
        other => unreachable!("the grammar has no operator `{other}`"),
    }
}

/// Higher binds tighter.
fn precedence(operator: BinaryOp) -> u8 {
    match operator {
        BinaryOp::Or => 1,
        BinaryOp::Xor => 2,
        BinaryOp::And => 3,
        BinaryOp::Shl | BinaryOp::Shr => 4,
        BinaryOp::Add | BinaryOp::Sub => 5,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 6,
    }
}

fn too_long(span: Span) -> Diagnostic {
    let message = format!("this expression has more than {MAX_OPERATORS} operators in a row");
    Diagnostic::new(Code::LimitExceeded, span, message, "too long")
        .with_help("name parts of it with `const`")
}
