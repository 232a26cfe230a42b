//! Functions of numbers; whole numbers do not overflow but stop at the end of their range.

use crate::syntax::gotemplate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let whole = |at: usize| arguments.get(at).map_or(0, Value::to_int);
    let real = |at: usize| arguments.get(at).map_or(0.0, Value::to_float);
    let fold =
        |start: i64, change: fn(i64, i64) -> i64| Value::Int(arguments.iter().skip(1).fold(start, |sum, one| change(sum, one.to_int())));
    let reals = |change: fn(f64, f64) -> f64| Value::Float(arguments.iter().skip(1).fold(real(0), |sum, one| change(sum, one.to_float())));
    Some(match name {
        "int" | "int64" | "atoi" => Value::Int(whole(0)),
        "toDecimal" => {
            let digits = arguments.first().map(Value::print).unwrap_or_default();
            Value::Int(i64::from_str_radix(&digits, 8).unwrap_or(0))
        }
        "float64" => Value::Float(real(0)),
        "add" => fold(whole(0), i64::saturating_add),
        "add1" => Value::Int(whole(0).saturating_add(1)),
        "sub" => fold(whole(0), i64::saturating_sub),
        "mul" => fold(whole(0), i64::saturating_mul),
        "div" => Value::Int(whole(0).checked_div(whole(1)).unwrap_or(0)),
        "mod" => Value::Int(whole(0).checked_rem(whole(1)).unwrap_or(0)),
        "max" | "biggest" => fold(whole(0), i64::max),
        "min" => fold(whole(0), i64::min),
        "addf" => reals(|a, b| a + b),
        "add1f" => Value::Float(real(0) + 1.0),
        "subf" => reals(|a, b| a - b),
        "mulf" => reals(|a, b| a * b),
        "divf" => reals(|a, b| if b == 0.0 { 0.0 } else { a / b }),
        "maxf" => reals(f64::max),
        "minf" => reals(f64::min),
        "floor" => Value::Float(real(0).floor()),
        "ceil" => Value::Float(real(0).ceil()),
        "round" => {
            let scale = 10_f64.powi(whole(1).clamp(-15, 15) as i32);
            Value::Float((real(0) * scale).round() / scale)
        }
        _ => return None,
    })
}
