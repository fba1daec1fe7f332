//! Terms and changes in lines for the terminal.

use crate::domain::label::Axis;
use crate::domain::taxonomy::Term;
use crate::domain::taxonomy::diff::{Change, TermChange};

pub(super) fn term(axis: Axis, term: &Term) {
    println!("{}.{}: {} / {}", axis.name(), term.id, term.es, term.en);
    println!("  {}\n  {}", term.meaning.es, term.meaning.en);
    for told in &term.examples {
        println!("  e.g. {}\n       {}", told.es, told.en);
    }
    for told in &term.counter_examples {
        println!("  not  {}\n       {}\n       ({})", told.es, told.en, told.is);
    }
}

pub(super) fn changes(changes: &[TermChange]) {
    if changes.is_empty() {
        println!("nothing differs");
    }
    for TermChange { axis, id, change } in changes {
        let name = format!("{}.{id}", axis.name());
        match change {
            Change::Added(term) => println!("+ {name}: {} / {}", term.es, term.en),
            Change::Retired { was, replaced_by } => {
                let heir = replaced_by.as_ref().map_or_else(String::new, |by| format!(" -> {by}"));
                println!("- {name}: {} / {}{heir}", was.es, was.en);
            }
            Change::Moved => println!("~ {name}: stands elsewhere"),
            Change::Edited(edits) => {
                println!("~ {name}");
                for edit in edits {
                    let line = |sign: char, text: &str| {
                        for line in text.lines() {
                            println!("    {sign} {line}");
                        }
                    };
                    println!("  {}", edit.field);
                    line('-', &edit.was);
                    line('+', &edit.is);
                }
            }
        }
    }
}
