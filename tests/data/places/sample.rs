use std::collections::HashMap;
use std::fmt::{self, Display};

/// An order and its lines.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    id: u32,
    lines: Vec<(&'a str, f64)>,
}

impl<'a> Order<'a> {
    pub fn total(&self, discount: Option<f64>) -> Result<f64, String> {
        let sum: f64 = self.lines.iter().map(|(_, price)| price).sum();
        match discount {
            Some(part) if part > 1.0 => Err(format!("discount {} of {}", part, self.id)),
            Some(part) => Ok(sum * (1.0 - part)),
            None => Ok(sum),
        }
    }
}

impl Display for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "order {}: {:?}", self.id, self.lines)
    }
}

fn main() {
    let mut names: HashMap<u32, String> = HashMap::new();
    names.insert(1, "it's \"one\"".to_string());
    let raw = r#"a "quoted" text"#;
    let order = Order { id: 1, lines: vec![("a", 1.5), ("b", 2.0)] };
    if let Ok(total) = order.total(None) {
        println!("{} {} {}", raw, total, names[&1]);
    }
    for c in ['a', '(', '\''] {
        print!("{c}");
    }
}
