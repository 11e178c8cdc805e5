//! Compiles a definition and its configuration into a plan, or reports all faults.

mod check;
mod owners;
mod shadows;

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
};

use crate::{
    AnyPlan, Definition, Fault, Importance, Mode, Plan, PlanConf, Scene, Stage, Strength, Waits, WhenEmpty,
    by_node::NodeId,
    conf::Origins,
    definition::Parts,
    plan::{Cause, Kind, Node, ResolvedRead},
    reads::{self, Reads},
    strength_rule::StrengthRule,
    task_entry::{Role, TaskEntry},
};

impl<S: Scene, A> Plan<S, A> {
    /// Checks `definition` together with `conf` and freezes both.
    ///
    /// # Errors
    /// All faults: an unknown task, a cycle, two writers of a datum, a read without a writer, a task that is switched off or
    /// rolled out although another needs it, a backward edge in staged mode, a timeout of zero or above the
    /// engine's.
    pub fn compile(definition: &Definition<S, A>, conf: &PlanConf) -> Result<Self, Vec<Fault>> {
        compile(&definition.parts, conf).map(Self::new)
    }
}

fn compile<S: Scene>(definition: &Parts<S>, conf: &PlanConf) -> Result<AnyPlan<S>, Vec<Fault>> {
    let mut compiler = Compiler::new(definition, conf);
    compiler.check_conf();
    let (mut nodes, fold) = compiler.nodes();
    compiler.check_order(&nodes);
    compiler.check_cycles(&nodes);
    if definition.when_empty == WhenEmpty::SkipLoaders {
        mark_skipped_when_empty(&mut nodes, fold);
    }
    let answer = compiler.answer();
    if let Some((answer, _)) = answer {
        mark_needed_by(&mut nodes, answer);
    }
    let shadows = compiler.shadows(answer.map(|(answer, _)| answer));
    match answer {
        Some((answer, answer_name)) if compiler.faults.is_empty() => Ok(AnyPlan {
            engine: definition.engine,
            mode: conf.mode,
            timeout: conf.timeout,
            reserve: conf.reserve,
            shedding: conf.shedding.clone(),
            version: conf.version.clone(),
            origins: conf.origins.clone(),
            contributions: compiler.with_role(Role::Items),
            filters: compiler.with_role(Role::Filter),
            sorters: compiler.with_role(Role::Sorter),
            nodes: nodes.into_iter().collect(),
            cut: definition.cut.clone(),
            fold,
            when_empty: definition.when_empty,
            answer,
            answer_name,
            hooks: definition.hooks.clone(),
            shadows,
        }),
        _ => Err(compiler.faults),
    }
}

struct Compiler<'a, S: Scene> {
    definition: &'a Parts<S>,
    conf: &'a PlanConf,
    /// The entries in node order: by stage, then in order of registration.
    entries: Vec<&'a TaskEntry<S>>,
    writers: HashMap<TypeId, NodeId>,
    faults: Vec<Fault>,
}

impl<'a, S: Scene> Compiler<'a, S> {
    fn new(definition: &'a Parts<S>, conf: &'a PlanConf) -> Self {
        let mut entries: Vec<_> = definition.entries.iter().collect();
        entries.sort_by_key(|entry| entry.stage);
        let mut compiler = Self { definition, conf, entries, writers: HashMap::new(), faults: Vec::new() };
        let mut names = HashSet::new();
        for (index, entry) in compiler.entries.clone().into_iter().enumerate() {
            if !names.insert(entry.name) {
                compiler.fault(Some(entry.name), "is registered twice".into());
            }
            if let Some((datum, datum_name)) = entry.output
                && let Some(other) = compiler.writers.insert(datum, NodeId::new(index))
            {
                let other = compiler.name(other);
                compiler.fault(
                    Some(entry.name),
                    format!("produces {datum_name}, which {other} also produces: a datum has one writer"),
                );
            }
        }
        for shadow in &definition.shadows {
            if !names.insert(shadow.name) {
                compiler.fault(Some(shadow.name), "is registered twice".into());
            }
        }
        if compiler.entries.len() + definition.shadows.len() + 8 > NodeId::MAX {
            compiler
                .fault(None, format!("has {} tasks, at most {} are possible", compiler.entries.len(), NodeId::MAX - 8));
        }
        compiler
    }

    fn fault(&mut self, task: Option<&str>, text: String) {
        let engine = self.definition.engine.to_owned();
        self.faults.push(Fault { engine, task: task.map(str::to_owned), field: None, text });
    }

    fn name(&self, node: NodeId) -> &'static str {
        self.entries.get(node.index()).map_or("the list", |entry| entry.name)
    }

    fn with_role(&self, role: Role) -> Vec<NodeId> {
        let ids = self.entries.iter().enumerate().filter(|(_, entry)| entry.role == role);
        ids.map(|(index, _)| NodeId::new(index)).collect()
    }

    fn by_name(&self, name: &str) -> Option<NodeId> {
        self.entries.iter().position(|entry| entry.name == name).map(NodeId::new)
    }

    fn enabled(&self, name: &str) -> bool {
        self.conf.tasks.get(name).and_then(|task| task.enabled).unwrap_or(true)
    }

    /// Whether only some requests run it.
    fn rolled_out(&self, name: &str) -> bool {
        let rollout = self.conf.tasks.get(name).and_then(|task| task.rollout.as_ref());
        rollout.is_some_and(|rollout| !rollout.is_everybody())
    }

    /// Tasks first, in the order of the record; then join and fold; then the gates before each later stage.
    fn nodes(&mut self) -> (Vec<Node<S>>, Option<NodeId>) {
        let tasks = self.entries.len();
        let has_list = self.entries.iter().any(|entry| entry.role == Role::Items);
        let has_kept = has_list && self.entries.iter().any(|entry| entry.reads.kept);
        let (join, fold) = (NodeId::new(tasks), NodeId::new(tasks + 1));
        let keep = has_kept.then(|| NodeId::new(tasks + 2));
        let gates = tasks + if has_list { 2 } else { 0 } + usize::from(has_kept);
        let gate = |stage: Stage| NodeId::new(gates + stage as usize - 1);
        let staged = self.conf.mode == Mode::Staged;

        let mut nodes: Vec<Node<S>> = Vec::with_capacity(gates + 4);
        for index in 0..tasks {
            let node = self.task_node(index, has_list.then_some((join, keep, fold)));
            nodes.extend(node);
        }
        if has_list {
            let mut before_fold = self.list_edges(Role::Filter);
            before_fold.extend(self.list_edges(Role::Sorter));
            before_fold.push((join, Cause::List));
            let cut_reads = self.definition.cut_reads.clone();
            let cut_reads = self.resolve("cut", &cut_reads);
            before_fold.extend(cut_reads.iter().map(|read| (read.writer, Cause::Reads)));
            nodes.push(special("list", Stage::Providers, Kind::Join, self.list_edges(Role::Items), Vec::new()));
            let inputs = self.inputs(&self.definition.cut_reads);
            let cut = special("cut", Stage::Sorters, Kind::Fold, before_fold, cut_reads);
            nodes.push(Node { inputs, ..cut });
        }
        if has_kept {
            let mut before_keep = self.list_edges(Role::Filter);
            before_keep.push((join, Cause::List));
            nodes.push(special("kept", Stage::Filters, Kind::Keep, before_keep, Vec::new()));
        }
        if staged {
            for stage in Stage::ALL.into_iter().skip(1) {
                nodes.push(special("gate", stage, Kind::Gate, Vec::new(), Vec::new()));
            }
            self.add_gates(&mut nodes, gate, has_list.then_some((join, fold)));
        }
        self.check_owners(&mut nodes);
        link(&mut nodes);
        (nodes, has_list.then_some(fold))
    }

    fn list_edges(&self, role: Role) -> Vec<(NodeId, Cause)> {
        self.with_role(role).into_iter().map(|node| (node, Cause::List)).collect()
    }

    fn task_node(&mut self, index: usize, list: Option<(NodeId, Option<NodeId>, NodeId)>) -> Option<Node<S>> {
        let entry = *self.entries.get(index)?;
        let conf = self.conf.tasks.get(entry.name).cloned().unwrap_or_default();
        let reads = self.resolve(entry.name, &entry.reads);
        let mut predecessors: Vec<_> = reads.iter().map(|read| (read.writer, Cause::Reads)).collect();
        match list {
            Some(_) if self.makes_what_it_reads(entry) => {}
            Some((join, keep, fold)) => {
                if matches!(entry.role, Role::Filter | Role::Sorter) || entry.reads.items {
                    predecessors.push((join, Cause::List));
                }
                if let Some(keep) = keep.filter(|_| entry.reads.kept) {
                    predecessors.push((keep, Cause::List));
                }
                if entry.reads.page {
                    predecessors.push((fold, Cause::List));
                }
            }
            None if entry.reads.page || entry.reads.kept || entry.reads.items => {
                self.fault(Some(entry.name), "reads the list, but nothing contributes items".into());
            }
            None => {}
        }
        let configured = conf.depends_on.iter().filter_map(|name| self.by_name(name));
        predecessors.extend(configured.map(|node| (node, Cause::Configured)));
        Some(Node {
            name: entry.name,
            stage: entry.stage,
            kind: Kind::Body(entry.body.clone()),
            reads,
            inputs: self.inputs(&entry.reads),
            takes: Vec::new(),
            handed_on: entry.role == Role::Items,
            predecessors,
            successors: Vec::new(),
            enabled: conf.enabled.unwrap_or(true),
            timeout: conf.timeout,
            strength: conf.strength,
            registered: entry.strength,
            rollout: conf.rollout,
            importance: conf.importance.unwrap_or(entry.importance),
            waits: conf.waits.or(self.conf.waits).unwrap_or(self.definition.waits),
            needed_by: None,
            origins: conf.origins,
            skipped_when_empty: false,
        })
    }

    /// The writers of a reader's declared data, in declaration order.
    fn inputs(&self, reads: &Reads) -> Vec<Option<NodeId>> {
        reads.data.iter().map(|read| self.writers.get(&read.datum).copied()).collect()
    }

    fn resolve(&mut self, reader: &'static str, reads: &Reads) -> Vec<ResolvedRead> {
        let mut resolved = Vec::with_capacity(reads.data.len());
        for read in &reads.data {
            let Some(&writer) = self.writers.get(&read.datum) else {
                if read.mode == reads::Mode::IfWritten {
                    continue;
                }
                let datum = read.datum_name;
                let text = format!("reads {datum}, but no task with this Output is registered");
                self.fault(Some(reader), text);
                continue;
            };
            if read.mode.is_needed() && self.enabled(reader) {
                let writer = self.name(writer);
                if !self.enabled(writer) {
                    self.fault(Some(reader), format!("needs {}, but {writer} is switched off", read.datum_name));
                } else if self.rolled_out(writer) {
                    self.fault(Some(reader), format!("needs {}, but {writer} is rolled out", read.datum_name));
                }
            }
            resolved.push(ResolvedRead { mode: read.mode, writer });
        }
        resolved
    }

    /// Staged mode: a gate before each stage waits for all tasks of the stage before it, except those configured to join
    /// later.
    fn add_gates(&self, nodes: &mut [Node<S>], gate: impl Fn(Stage) -> NodeId, list: Option<(NodeId, NodeId)>) {
        let mut edges = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let node = NodeId::new(index);
            let join_before = self.conf.tasks.get(entry.name).and_then(|task| task.join_before);
            let next = Stage::ALL.into_iter().find(|stage| *stage > entry.stage);
            edges.extend(join_before.or(next).map(|stage| (node, gate(stage))));
            if entry.stage > Stage::Providers {
                edges.push((gate(entry.stage), node));
            }
        }
        if let Some((join, fold)) = list {
            edges.push((join, gate(Stage::Filters)));
            edges.push((gate(Stage::Sorters), fold));
            edges.push((fold, gate(Stage::Loaders)));
        }
        for (before, after) in Stage::ALL.into_iter().skip(1).zip(Stage::ALL.into_iter().skip(2)) {
            edges.push((gate(before), gate(after)));
        }
        for (from, to) in edges {
            if let Some(node) = nodes.get_mut(to.index()) {
                node.predecessors.push((from, Cause::Stage));
            }
        }
    }
}

fn special<S: Scene>(
    name: &'static str,
    stage: Stage,
    kind: Kind<S>,
    predecessors: Vec<(NodeId, Cause)>,
    reads: Vec<ResolvedRead>,
) -> Node<S> {
    Node {
        name,
        stage,
        kind,
        reads,
        inputs: Vec::new(),
        takes: Vec::new(),
        handed_on: false,
        predecessors,
        successors: Vec::new(),
        enabled: true,
        timeout: None,
        strength: None,
        registered: StrengthRule::Always(Strength::Strong),
        rollout: None,
        importance: Importance::High,
        waits: Waits::default(),
        needed_by: None,
        origins: Origins::new(),
        skipped_when_empty: false,
    }
}

/// Marks loaders that work on the page, directly or indirectly.
fn mark_skipped_when_empty<S: Scene>(nodes: &mut [Node<S>], fold: Option<NodeId>) {
    let mut next: Vec<NodeId> = fold.into_iter().collect();
    while let Some(before) = next.pop() {
        for (index, node) in nodes.iter_mut().enumerate() {
            let reads = node.predecessors.iter().any(|(id, cause)| *id == before && cause.carries_value());
            if reads && node.is_task() && node.stage == Stage::Loaders && !node.skipped_when_empty {
                node.skipped_when_empty = true;
                next.push(NodeId::new(index));
            }
        }
    }
}

/// Finds the transitive dependents through `need` edges of each task that can be shed.
fn mark_needed_by<S: Scene>(nodes: &mut [Node<S>], answer: NodeId) {
    for index in 0..nodes.len() {
        let mut needed_by = vec![NodeId::new(index)];
        let mut next = 0;
        while let Some(&writer) = needed_by.get(next) {
            next += 1;
            let needs = |node: &Node<S>| node.reads.iter().any(|read| read.writer == writer && read.mode.is_needed());
            let readers =
                nodes.iter().enumerate().filter(|(_, node)| needs(node)).map(|(reader, _)| NodeId::new(reader));
            let new: Vec<NodeId> = readers.filter(|reader| !needed_by.contains(reader)).collect();
            needed_by.extend(new);
        }
        let may_miss = |id: &NodeId| *id != answer && nodes.get(id.index()).is_some_and(Node::is_task);
        let needed_by = needed_by.iter().all(may_miss).then(|| needed_by.split_off(1));
        if let Some(node) = nodes.get_mut(index) {
            node.needed_by = needed_by;
        }
    }
}

/// Drops duplicate edges (the first cause stays) and fills in the successors.
fn link<S: Scene>(nodes: &mut [Node<S>]) {
    for index in 0..nodes.len() {
        let mut predecessors = nodes.get(index).map(|node| node.predecessors.clone()).unwrap_or_default();
        let mut seen = HashSet::new();
        predecessors.retain(|(id, _)| seen.insert(*id));
        for &(before, _) in &predecessors {
            if let Some(before) = nodes.get_mut(before.index()) {
                before.successors.push(NodeId::new(index));
            }
        }
        if let Some(node) = nodes.get_mut(index) {
            node.predecessors = predecessors;
        }
    }
}
