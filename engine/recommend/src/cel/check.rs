//! Type check of a condition: replaces each name by the variable of its slot and reports every fault.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators as op};

use super::{
    Condition, ENV, Slot,
    slot::{Form, Kind, resolve},
};
use crate::spec::{Faults, known};

/// Functions and their result types.
const FUNCTIONS: [(&str, Kind); 14] = [
    ("size", Kind::Int),
    ("contains", Kind::Bool),
    ("startsWith", Kind::Bool),
    ("endsWith", Kind::Bool),
    ("matches", Kind::Bool),
    ("string", Kind::Text),
    ("int", Kind::Int),
    ("double", Kind::Double),
    ("bool", Kind::Bool),
    ("uint", Kind::Any),
    ("dyn", Kind::Any),
    ("min", Kind::Any),
    ("max", Kind::Any),
    ("type", Kind::Any),
];

/// Compiles a condition; `items` allows the name `item`.
pub(super) fn compile(text: &str, path: &str, items: bool, faults: &mut Faults) -> Option<Condition> {
    let found = text.into();
    let program = match ENV.compile(text) {
        Ok(program) => program,
        Err(errors) => {
            let first = errors.errors.first().map(|error| format!("{} at {}:{}", error.msg, error.pos.0, error.pos.1));
            faults.add(path, format!("must be CEL: {}", first.unwrap_or_default().replace('\n', " ")), &found);
            return None;
        }
    };
    let mut check = Check { slots: Vec::new(), features: Vec::new(), items, bound: Vec::new(), faults: Vec::new() };
    let mut expr = program.expression().clone();
    let kind = check.expr(&mut expr);
    if check.faults.is_empty() && !matches!(kind, Kind::Bool | Kind::Any) {
        check.faults.push(format!("must be true or false, but is of type {}", kind.text()));
    }
    for rule in &check.faults {
        faults.add(path, rule, &found);
    }
    check.faults.is_empty().then_some(Condition { expr, slots: check.slots, features: check.features })
}

struct Check {
    slots: Vec<Slot>,
    features: Vec<String>,
    /// Whether `item` may be named.
    items: bool,
    /// Variables of `all`, `exists`, `map` and `filter`.
    bound: Vec<String>,
    faults: Vec<String>,
}

impl Check {
    fn expr(&mut self, node: &mut IdedExpr) -> Kind {
        if let Some(path) = self.path(node) {
            let test = matches!(&node.expr, Expr::Select(select) if select.test);
            return self.name(&path, test, node);
        }
        match &mut node.expr {
            Expr::Literal(value) => literal(value),
            Expr::Ident(_) => Kind::Any, // bound by a macro
            Expr::Select(select) => {
                self.expr(&mut select.operand);
                if select.test { Kind::Bool } else { Kind::Any }
            }
            Expr::Call(call) => self.call(call),
            Expr::List(list) => {
                for element in &mut list.elements {
                    self.expr(element);
                }
                Kind::List
            }
            Expr::Map(map) => {
                for entry in &mut map.entries {
                    if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                        self.expr(&mut entry.key);
                        self.expr(&mut entry.value);
                    }
                }
                Kind::Map
            }
            Expr::Comprehension(part) => {
                self.expr(&mut part.iter_range);
                self.expr(&mut part.accu_init);
                let depth = self.bound.len();
                self.bound.extend([part.iter_var.clone(), part.accu_var.clone()]);
                self.bound.extend(part.iter_var2.clone());
                self.expr(&mut part.loop_cond);
                self.expr(&mut part.loop_step);
                let kind = self.expr(&mut part.result);
                self.bound.truncate(depth);
                kind
            }
            Expr::Struct(_) => self.fault("messages cannot be built here"),
            Expr::Unspecified => self.fault("the expression is empty"),
        }
    }

    fn fault(&mut self, rule: impl Into<String>) -> Kind {
        self.faults.push(rule.into());
        Kind::Any
    }

    /// The keys of a path such as `item.features.price` or `request.params["max"]`.
    fn path(&self, node: &IdedExpr) -> Option<Vec<String>> {
        match &node.expr {
            Expr::Ident(name) if !self.bound.contains(name) => Some(vec![name.clone()]),
            Expr::Select(select) => {
                let mut path = self.path(&select.operand)?;
                path.push(select.field.clone());
                Some(path)
            }
            Expr::Call(call) if call.func_name == op::INDEX => match call.args.as_slice() {
                [operand, IdedExpr { expr: Expr::Literal(LiteralValue::String(key)), .. }] => {
                    let mut path = self.path(operand)?;
                    path.push(key.inner().to_owned());
                    Some(path)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Replaces a path by its slot.
    fn name(&mut self, path: &[String], test: bool, node: &mut IdedExpr) -> Kind {
        if !self.items && path.first().is_some_and(|root| root == "item") {
            return self.fault("item cannot be named here, only request");
        }
        match resolve(path, &mut self.features) {
            Ok((slot, kind)) => {
                let (slot, kind) = if test { (slot.presence(), Kind::Bool) } else { (slot, kind) };
                node.expr = Expr::Ident(self.slot(slot));
                kind
            }
            Err(rule) => self.fault(rule),
        }
    }

    /// The variable of a slot.
    fn slot(&mut self, slot: Slot) -> String {
        let number = self.slots.iter().position(|other| *other == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        format!("slot{number}")
    }

    fn call(&mut self, call: &mut CallExpr) -> Kind {
        if call.target.is_none()
            && let Some(kind) = self.operator(call)
        {
            return kind;
        }
        let function = FUNCTIONS.iter().find(|(name, _)| *name == call.func_name);
        if function.is_none() && !call.func_name.starts_with('@') {
            let rule = known(&call.func_name, FUNCTIONS.iter().map(|(name, _)| *name));
            self.fault(format!("unknown function {:?}, {rule}", call.func_name));
        }
        if let Some(target) = &mut call.target {
            self.expr(target);
        }
        for argument in &mut call.args {
            self.expr(argument);
        }
        function.map_or(Kind::Any, |(_, kind)| *kind)
    }

    fn operator(&mut self, call: &mut CallExpr) -> Option<Kind> {
        let name = call.func_name.as_str();
        match (name, call.args.as_mut_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [left, right]) => {
                for side in [left, right] {
                    let kind = self.expr(side);
                    self.must_be_bool(kind, name);
                }
                Some(Kind::Bool)
            }
            (op::LOGICAL_NOT, [operand]) => {
                let kind = self.expr(operand);
                self.must_be_bool(kind, name);
                Some(Kind::Bool)
            }
            (op::NEGATE, [operand]) => Some(self.expr(operand)),
            (op::CONDITIONAL, [condition, yes, no]) => {
                let kind = self.expr(condition);
                self.must_be_bool(kind, name);
                let (yes, no) = (self.expr(yes), self.expr(no));
                Some(if yes == no { yes } else { Kind::Any })
            }
            (op::INDEX, [operand, index]) => {
                self.expr(operand);
                self.expr(index);
                Some(Kind::Any)
            }
            (op::IN, [left, right]) => Some(self.membership(left, right)),
            (op::EQUALS | op::NOT_EQUALS, [left, right]) => {
                self.viewer_as_text(left, right);
                self.viewer_as_text(right, left);
                let (left, right) = (self.expr(left), self.expr(right));
                let foreign = left != right && !(left.is_number() && right.is_number());
                if foreign && ![left, right].iter().any(|kind| matches!(kind, Kind::Any | Kind::Null)) {
                    self.fault(format!("compares {} with {}, which are never equal", left.text(), right.text()));
                }
                Some(Kind::Bool)
            }
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [left, right]) => {
                let (left, right) = (self.expr(left), self.expr(right));
                let ordered = |kind| matches!(kind, Kind::Int | Kind::Double | Kind::Text | Kind::Any | Kind::Bool);
                let alike = left == right || left.is_number() && right.is_number();
                let dynamic = left == Kind::Any || right == Kind::Any;
                if !(ordered(left) && ordered(right) && (alike || dynamic)) {
                    self.fault(format!("cannot compare {} with {}", left.text(), right.text()));
                }
                Some(Kind::Bool)
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, [left, right]) => {
                Some(self.arithmetic(name == op::ADD, left, right))
            }
            _ => None,
        }
    }

    fn must_be_bool(&mut self, kind: Kind, operator: &str) {
        if !matches!(kind, Kind::Bool | Kind::Any) {
            let operator = operator.replace('_', "");
            self.fault(format!("{operator} needs true or false, but has {}", kind.text()));
        }
    }

    fn arithmetic(&mut self, add: bool, left: &mut IdedExpr, right: &mut IdedExpr) -> Kind {
        let (left_kind, right_kind) = (self.expr(left), self.expr(right));
        match (left_kind, right_kind) {
            (Kind::Double, Kind::Int | Kind::Any) => {
                self.double(right);
                Kind::Double
            }
            (Kind::Int | Kind::Any, Kind::Double) => {
                self.double(left);
                Kind::Double
            }
            (left, right) if left.is_number() && right.is_number() => left,
            (Kind::Text | Kind::List, right) if add && (right == left_kind || right == Kind::Any) => left_kind,
            (Kind::Any, _) | (_, Kind::Any) => Kind::Any,
            (left, right) => self.fault(format!("cannot compute with {} and {}", left.text(), right.text())),
        }
    }

    /// Converts an operand to a double, because CEL has no mixed arithmetic of int and double.
    fn double(&mut self, node: &mut IdedExpr) {
        match &node.expr {
            Expr::Literal(LiteralValue::Int(value)) => {
                node.expr = Expr::Literal(LiteralValue::Double((*value.inner() as f64).into()));
            }
            Expr::Ident(name) if !self.bound.contains(name) => {
                let slot = name.strip_prefix("slot").and_then(|number| number.parse::<usize>().ok());
                if let Some(Slot::Request { path, .. }) = slot.and_then(|number| self.slots.get(number)) {
                    let slot = Slot::Request { path: path.clone(), form: Form::Double };
                    node.expr = Expr::Ident(self.slot(slot));
                } else {
                    wrap_in_double(node);
                }
            }
            _ => wrap_in_double(node),
        }
    }

    /// `x in list`, and `"name" in item.features`.
    fn membership(&mut self, left: &mut IdedExpr, right: &mut IdedExpr) -> Kind {
        let name = match &left.expr {
            Expr::Literal(LiteralValue::String(name)) => Some(name.inner().to_owned()),
            _ => None,
        };
        let map = self.path(right).filter(|path| path.len() == 2);
        if let (Some(name), Some(mut path)) = (name, map)
            && path.first().is_some_and(|root| root == "item")
            && ["features", "labels"].iter().any(|field| path.last().is_some_and(|last| last == field))
        {
            // The whole test becomes a presence check of the name: `true in [presence]`.
            path.push(name);
            self.name(&path, true, right);
            left.expr = Expr::Literal(LiteralValue::Boolean(true.into()));
            let presence = IdedExpr { id: right.id, expr: std::mem::take(&mut right.expr) };
            right.expr = Expr::List(cel::common::ast::ListExpr::new(vec![presence]));
            return Kind::Bool;
        }
        if let Expr::List(list) = &right.expr
            && let Some(first) = list.elements.first()
        {
            self.viewer_as_text(left, first);
        }
        self.expr(left);
        let kind = self.expr(right);
        if !matches!(kind, Kind::List | Kind::Map | Kind::Any) {
            self.fault(format!("in needs a list or a map, but has {}", kind.text()));
        }
        Kind::Bool
    }

    /// Converts the viewer to a string where it is compared with one.
    fn viewer_as_text(&mut self, node: &mut IdedExpr, other: &IdedExpr) {
        let text = matches!(&other.expr, Expr::Literal(LiteralValue::String(_)));
        if text && self.path(node).is_some_and(|path| path == ["request", "viewer"]) {
            let slot = Slot::Request { path: vec!["viewer".into()], form: Form::Text };
            let variable = self.slot(slot);
            self.bound.push(variable.clone());
            node.expr = Expr::Ident(variable);
        }
    }
}

fn wrap_in_double(node: &mut IdedExpr) {
    let inner = std::mem::take(node);
    let call = CallExpr { func_name: "double".into(), target: None, args: vec![inner] };
    *node = IdedExpr { id: 0, expr: Expr::Call(call) };
}

fn literal(value: &LiteralValue) -> Kind {
    match value {
        LiteralValue::Boolean(_) => Kind::Bool,
        LiteralValue::Int(_) => Kind::Int,
        LiteralValue::Double(_) => Kind::Double,
        LiteralValue::String(_) => Kind::Text,
        LiteralValue::Null => Kind::Null,
        LiteralValue::Bytes(_) | LiteralValue::UInt(_) => Kind::Any,
    }
}
