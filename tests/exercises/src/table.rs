//! A table, as CSV for a spreadsheet and as Markdown for people.

/// Lines of cells; the first is the head.
#[derive(Debug, Default)]
pub struct Table(pub Vec<Vec<String>>);

impl Table {
    /// Comma-separated, each cell in quotes. A cell never begins a formula.
    pub fn csv(&self) -> String {
        let cell = |cell: &String| {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
        };
        let line = |cells: &Vec<String>| cells.iter().map(cell).collect::<Vec<_>>().join(",");
        self.0.iter().map(|cells| line(cells) + "\n").collect()
    }

    /// A Markdown table, with columns of even width.
    pub fn markdown(&self) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let plain = |cell: &String| cell.replace('|', "\\|").replace(['\n', '\r'], " ");
        let rows: Vec<Vec<String>> =
            self.0.iter().map(|cells| cells.iter().map(plain).collect()).collect();
        let width = |column: usize| {
            rows.iter().filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max()
        };
        let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or(0).max(3)).collect();
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
