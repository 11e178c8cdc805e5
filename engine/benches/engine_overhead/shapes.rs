//! The measured shapes of graphs.

/// The tasks by layer; `needs` gives the dependencies of a task.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) layers: Vec<Vec<usize>>,
    pub(crate) needs: fn(usize) -> Vec<usize>,
    /// Whether tasks are in five stages instead of being ordered only by edges.
    pub(crate) staged: bool,
}

impl Shape {
    pub(crate) fn tasks(&self) -> usize {
        self.layers.iter().map(Vec::len).sum()
    }

    /// A chain in which each task needs the one before it.
    pub(crate) fn chain(tasks: usize) -> Self {
        let needs = |number: usize| number.checked_sub(1).into_iter().collect();
        Self { name: "chain", layers: (0..tasks).map(|number| vec![number]).collect(), needs, staged: false }
    }

    /// Tasks without dependencies.
    pub(crate) fn independent(tasks: usize) -> Self {
        Self { name: "independent", layers: vec![(0..tasks).collect()], needs: |_| Vec::new(), staged: false }
    }
}

pub(crate) fn shapes() -> [Shape; 7] {
    let page = || [100..106, 106..110, 110..112, 112..132, 132..138].map(|stage| stage.collect()).to_vec();
    let page_needs = |number: usize| match number {
        112..132 => vec![100 + number % 6],
        132..138 => (0..4).map(|nth| 112 + (number * 7 + nth * 5) % 20).collect(),
        _ => vec![],
    };
    [
        Shape { name: "chain of 32", ..Shape::chain(32) },
        Shape { name: "32 independent", ..Shape::independent(32) },
        Shape {
            name: "diamond",
            layers: vec![vec![0], vec![1, 2], vec![3]],
            needs: |number| [vec![], vec![0], vec![0], vec![1, 2]].into_iter().nth(number).unwrap_or_default(),
            staged: false,
        },
        Shape {
            name: "8 × 8 layers",
            layers: (0..8).map(|layer| (layer * 8..layer * 8 + 8).collect()).collect(),
            needs: |number| (number / 8 * 8).checked_sub(8).map_or(vec![], |first| (first..first + 8).collect()),
            staged: false,
        },
        Shape {
            name: "fan-out 100",
            layers: vec![vec![0], (1..100).collect()],
            needs: |number| if number == 0 { vec![] } else { vec![0] },
            staged: false,
        },
        Shape { name: "page of 38, staged", layers: page(), needs: page_needs, staged: true },
        Shape { name: "page of 38, DAG", layers: page(), needs: page_needs, staged: false },
    ]
}
