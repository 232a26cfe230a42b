//! The names that a mapper makes where the code gives none.
//! Source: the documentation of each mapper; a naming that the connection sets takes the place of the mapper's own.

use crate::finding::entity::{Engine, Mapper, Naming};

/// What decides names and types for the entities of one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conventions {
    pub(super) mapper: Mapper,
    pub(super) engine: Engine,
    pub(super) naming: Option<Naming>,
}

impl Conventions {
    /// The table of a class.
    pub(super) fn table(self, class: &str) -> String {
        match (self.naming, self.mapper) {
            (Some(Naming::AsWritten), _) => class.to_owned(),
            (Some(Naming::Camel), _) => camel(class),
            (None, Mapper::MikroOrm) => underscored(class),
            (Some(Naming::Snake), _) | (None, Mapper::TypeOrm) => snake(class),
            (Some(Naming::SnakePlural), _) | (None, Mapper::Gorm | Mapper::Ent | Mapper::Bun | Mapper::Xorm) => plural(&snake(class)),
            (None, Mapper::Mongoose) => plural(&class.to_lowercase()),
            (None, Mapper::Sequelize) => plural(class),
            (None, Mapper::Prisma | Mapper::Drizzle | Mapper::EfCore) => class.to_owned(),
        }
    }

    /// The column of a property.
    pub(super) fn column(self, property: &str) -> String {
        match (self.naming, self.mapper) {
            (None, Mapper::MikroOrm) => underscored(property),
            (Some(Naming::Snake | Naming::SnakePlural), _) | (None, Mapper::Gorm | Mapper::Ent | Mapper::Bun | Mapper::Xorm) => {
                snake(property)
            }
            (Some(Naming::Camel), _) => camel(property),
            _ => property.to_owned(),
        }
    }

    /// What stands before the columns of an entity that is embedded in an embedded one.
    pub(super) fn nested_prefix(self, outer: &str, inner: &str) -> String {
        match self.mapper {
            // The names are put together when the column is known.
            Mapper::TypeOrm if !outer.is_empty() && !inner.is_empty() => format!("{outer}_{inner}"),
            Mapper::MikroOrm if self.naming != Some(Naming::AsWritten) => format!("{outer}{}", underscored(inner)),
            _ => format!("{outer}{inner}"),
        }
    }

    /// The column of a property, stated or by its name, behind the prefix of what embeds it.
    pub(super) fn embedded_column(self, prefix: &str, stated: Result<&str, &str>) -> String {
        let own = stated.map_or_else(|property| self.column(property), str::to_owned);
        match (self.mapper, self.naming) {
            (Mapper::TypeOrm, _) if prefix.is_empty() => own,
            (Mapper::TypeOrm, None) => {
                let mut letters = own.chars();
                let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
                format!("{}{first}{}", camel(prefix), letters.as_str().to_lowercase())
            }
            (Mapper::TypeOrm, Some(_)) => format!("{}_{own}", snake(prefix)),
            _ => format!("{prefix}{own}"),
        }
    }

    /// The column of a key that a relation makes, for the column that it points at.
    pub(super) fn join_column(self, property: &str, referenced: &str) -> String {
        match (self.naming, self.mapper) {
            (None, Mapper::MikroOrm) => format!("{}_{referenced}", underscored(property)),
            (Some(Naming::Snake | Naming::SnakePlural), _) | (None, Mapper::Gorm | Mapper::Ent | Mapper::Bun | Mapper::Xorm) => {
                format!("{}_{}", snake(property), snake(referenced))
            }
            // `Blog` and its `BlogId` make BlogId, not BlogBlogId.
            (_, Mapper::EfCore) if referenced.starts_with(property) => referenced.to_owned(),
            (_, Mapper::EfCore) => format!("{property}{referenced}"),
            (_, Mapper::Sequelize) => joined(property, referenced),
            _ => camel(&format!("{property}_{referenced}")),
        }
    }

    /// The table that joins two for a property of the first.
    pub(super) fn join_table(self, (own, property, other): (&str, &str, &str)) -> String {
        match self.mapper {
            Mapper::TypeOrm if self.naming.is_some() => snake(&format!("{own}_{property}_{other}")),
            Mapper::TypeOrm => snake(&format!("{own}_{}_{other}", property.replace('.', "_"))),
            Mapper::MikroOrm => format!("{own}_{}", underscored(property)),
            Mapper::EfCore => format!("{own}{other}"),
            _ => format!("{own}_{other}"),
        }
    }

    /// A column of a join table.
    pub(super) fn join_table_column(self, table: &str, entity: &str, referenced: &str) -> String {
        match (self.naming, self.mapper) {
            (None, Mapper::TypeOrm) => camel(&format!("{table}_{referenced}")),
            (_, Mapper::TypeOrm) => snake(&format!("{table}_{referenced}")),
            (_, Mapper::EfCore) => format!("{table}{referenced}"),
            (None, Mapper::Sequelize) => joined(entity, referenced),
            (_, Mapper::MikroOrm) => format!("{}_{referenced}", underscored(entity)),
            _ => format!("{}_{}", snake(entity), snake(referenced)),
        }
    }
}

/// As MikroORM does it: only a small letter before a capital one parts two words, `HTTPServer` -> `httpserver`.
fn underscored(name: &str) -> String {
    let mut text = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
        before = letter;
    }
    text
}

/// `OrderItem`, `orderItem`, `HTTPServer`, `order-item` -> `order_item`, `http_server`
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let starts = letter.is_uppercase()
            && before.is_some_and(|one| {
                one.is_lowercase()
                    || one.is_ascii_digit()
                    || one.is_uppercase() && letters.get(at + 1).is_some_and(|next| next.is_lowercase())
            });
        if starts && !text.ends_with('_') {
            text.push('_');
        }
        if matches!(letter, '-' | ' ' | '.') { text.push('_') } else { text.extend(letter.to_lowercase()) }
    }
    text
}

/// `User`, `id` -> `UserId`; the first letter stays as it is.
fn joined(name: &str, referenced: &str) -> String {
    let first: String = name.chars().take(1).collect();
    let made = camel(&format!("{name}_{referenced}"));
    let rest: String = made.chars().skip(1).collect();
    format!("{first}{rest}")
}

/// `author_id`, `AuthorId` -> `authorId`
fn camel(name: &str) -> String {
    let mut text = String::new();
    let mut rises = false;
    for letter in name.chars() {
        match letter {
            '_' | '-' | ' ' | '.' => rises = !text.is_empty(),
            _ if text.is_empty() => text.extend(letter.to_lowercase()),
            _ if std::mem::take(&mut rises) => text.extend(letter.to_uppercase()),
            _ => text.push(letter),
        }
    }
    text
}

/// Words that are the same for one and many.
const UNCOUNTABLE: &[&str] = &[
    "advice",
    "cooperation",
    "deer",
    "digestion",
    "energy",
    "equipment",
    "expertise",
    "fish",
    "health",
    "information",
    "jeans",
    "justice",
    "machinery",
    "media",
    "money",
    "moose",
    "news",
    "paper",
    "pollution",
    "rain",
    "rice",
    "series",
    "sheep",
    "species",
    "staff",
    "status",
];

/// Words whose many is another word.
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("quiz", "quizzes"),
    ("ox", "oxen"),
];

/// The English plural of the last word of a name.
pub(super) fn plural(name: &str) -> String {
    let start = name.rfind(['_', '-', ' ']).map_or(0, |at| at + 1);
    let start = name[start..].rfind(|letter: char| letter.is_ascii_uppercase()).map_or(start, |at| start + at);
    let (head, word) = name.split_at(start);
    let lower = word.to_lowercase();
    if UNCOUNTABLE.contains(&lower.as_str()) {
        return if lower == "status" { format!("{name}es") } else { name.to_owned() };
    }
    if let Some((one, many)) = IRREGULAR.iter().find(|(one, _)| *one == lower) {
        return format!("{head}{}{}", &word[..1], &many[1.min(one.len())..]);
    }
    let stem = |cut: usize, end: &str| format!("{}{end}", &name[..name.len() - cut]);
    let before_y = lower.chars().rev().nth(1).is_some_and(|letter| !"aeiou".contains(letter));
    match lower.as_str() {
        "" => name.to_owned(),
        _ if lower.ends_with('y') && before_y => stem(1, "ies"),
        _ if lower.ends_with("sis") => stem(2, "es"),
        _ if ["ss", "x", "ch", "sh", "bus", "us"].iter().any(|end| lower.ends_with(end)) => stem(0, "es"),
        _ if lower.ends_with('s') => name.to_owned(),
        _ if ["buffalo", "tomato", "potato"].iter().any(|end| lower.ends_with(end)) => stem(0, "es"),
        _ if ["knife", "wife", "life"].iter().any(|end| lower.ends_with(end)) => stem(2, "ves"),
        _ if ["leaf", "half", "shelf", "wolf"].iter().any(|end| lower.ends_with(end)) => stem(1, "ves"),
        _ => stem(0, "s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{camel, plural, snake};

    #[test]
    fn names_are_made_as_mappers_make_them() {
        assert_eq!(snake("OrderItem"), "order_item");
        assert_eq!(snake("HTTPServerLog2Entry"), "http_server_log2_entry");
        assert_eq!(snake("user_Id"), "user_id");
        assert_eq!(camel("author_id"), "authorId");
        let words = ["User", "Category", "order_item", "Address", "status", "Person", "box", "news", "Day", "analysis", "UserStatus"];
        let many: Vec<String> = words.iter().map(|word| plural(word)).collect();
        let expected = ["Users", "Categories", "order_items", "Addresses", "statuses", "People", "boxes", "news", "Days", "analyses"];
        assert_eq!(many[..10], expected);
        assert_eq!(many[10], "UserStatuses");
    }
}
