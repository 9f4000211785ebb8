//! A table, as CSV for a spreadsheet, as Markdown, and as it is for the terminal.

/// Lines of cells; the first is the head.
#[derive(Debug, Default)]
pub struct Table(pub Vec<Vec<String>>);

impl Table {
    /// Comma-separated, each cell in quotes. A cell never begins a formula.
    pub fn csv(&self) -> String {
        let cell = |cell: &String| {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            format!("\"{}{}\"", if formula { "'" } else { "" }, clean(cell).replace('"', "\"\""))
        };
        let line = |cells: &Vec<String>| cells.iter().map(cell).collect::<Vec<_>>().join(",");
        self.0.iter().map(|cells| line(cells) + "\n").collect()
    }

    /// A Markdown table, with columns of even width.
    pub fn markdown(&self) -> String {
        self.drawn(escape)
    }

    /// The same, to be read as it is.
    pub fn text(&self) -> String {
        self.drawn(clean)
    }

    fn drawn(&self, plain: impl Fn(&str) -> String) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let rows: Vec<Vec<String>> =
            self.0.iter().map(|cells| cells.iter().map(|cell| plain(cell)).collect()).collect();
        let width = |column: usize| {
            rows.iter().filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max()
        };
        let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or(0).max(2)).collect();
        let mut text = String::new();
        for (i, cells) in rows.iter().enumerate() {
            for (column, width) in widths.iter().enumerate() {
                let cell = cells.get(column).map_or("", String::as_str);
                text += &format!("| {cell:width$} ");
            }
            text += "|\n";
            if i == 0 {
                for width in &widths {
                    text += &format!("| {} ", "-".repeat(*width));
                }
                text += "|\n";
            }
        }
        text
    }
}

/// Without what would command a terminal, or turn the direction of the letters.
pub fn clean(text: &str) -> String {
    let commands = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.replace(commands, "\u{fffd}")
}

/// Text in Markdown that stands for itself.
pub fn escape(text: &str) -> String {
    let text: Vec<char> = clean(text).chars().collect();
    let mut escaped = String::new();
    for (i, &c) in text.iter().enumerate() {
        // In the middle of a word this one means nothing.
        let inside = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
        let in_a_word = c == '_' && i > 0 && inside(text.get(i - 1)) && inside(text.get(i + 1));
        if "\\|*_<>[]`~&#".contains(c) && !in_a_word {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_cell_commands_neither_a_terminal_nor_a_spreadsheet_nor_markdown() {
        let table = Table(vec![vec!["=1\u{1b}[31m\u{202e}|\n<b>".into(), "a_b _c_ \"".into()]]);
        assert_eq!(table.csv(), "\"'=1\u{fffd}[31m\u{fffd}|\u{fffd}<b>\",\"a_b _c_ \"\"\"\n");
        let head = table.markdown().lines().next().unwrap().to_string();
        assert_eq!(head, "| =1\u{fffd}\\[31m\u{fffd}\\|\u{fffd}\\<b\\> | a_b \\_c\\_ \" |");
        assert!(!table.text().contains(['\u{1b}', '\u{202e}']));
    }
}
