//! What others had thought who saw the same.

/// Made from the wrong answers in `tests/exercises/answers` by the test there, which also holds that
/// it is up to date. Lines: the exercise, the symptoms, and under each symptom thoughts in English
/// and in German.
const THOUGHTS: &str = include_str!("thoughts.txt");

/// At most so many are told.
const MOST: usize = 3;

type Thought = (&'static str, &'static str);

/// Thoughts in English and in German.
pub(crate) struct Told {
    /// Those who had them saw something like it, and not exactly this.
    pub(crate) alike: bool,
    pub(crate) thoughts: Vec<Thought>,
}

/// The thoughts behind a symptom: of those who saw exactly this. If nobody did, that of those who saw
/// something like it, but only if it was one and the same, whatever they saw: several different ones
/// say nothing of a new one.
pub(crate) fn thoughts(exercise: &str, symptom: &str) -> Told {
    let of_exercise = THOUGHTS.split("\n= ").find_map(|text| text.strip_prefix(exercise));
    let symptoms = of_exercise.unwrap_or_default().split("\n? ").skip(1);
    let all: Vec<_> = symptoms.filter_map(|text| text.split_once('\n')).collect();
    if let Some((_, text)) = all.iter().find(|(other, _)| *other == symptom) {
        return Told { alike: false, thoughts: pairs(text).take(MOST).collect() };
    }
    // A complaint is a line, and perhaps what is expected and what was found instead.
    let kind = |symptom: &str| {
        let symptom = symptom.replace(r"\\", ""); // behind which an `n` begins no line
        symptom.split(r"\n").next().map(|line| line.trim_end_matches('"').to_string())
    };
    let alike: Vec<_> = all.iter().filter(|(other, _)| kind(other) == kind(symptom)).collect();
    let mut thoughts: Vec<_> = alike.iter().flat_map(|(_, text)| pairs(text)).collect();
    thoughts.dedup();
    if alike.len() < 2 || thoughts.len() > 1 {
        thoughts.clear();
    }
    Told { alike: true, thoughts }
}

/// The thoughts in these lines.
fn pairs(text: &'static str) -> impl Iterator<Item = Thought> {
    let said = |line: &'static str, language| line.strip_prefix(language);
    let lines = || text.lines();
    let english = lines().filter_map(move |line| said(line, "en: "));
    english.zip(lines().filter_map(move |line| said(line, "de: ")))
}
