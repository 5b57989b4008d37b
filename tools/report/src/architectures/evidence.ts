import { readTopologyFile } from '@nanoservices/workspace/topology';
import { type BestGrouping, bestGrouping } from '../advice/best-grouping.ts';
import { type Doubted, doubt } from '../advice/doubts.ts';
import type { EndpointFacts, Facts } from '../advice/facts.ts';
import { addUp, type GroupFigures } from '../advice/group-figures.ts';
import { type Objective, objective } from '../advice/objective.ts';
import { type TopologyLines, topologyLines } from '../advice/topology-lines.ts';
import { type Counts, countTopology } from './counts.ts';
import { areSame } from './groups.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject, Topology } from './subject.ts';
import { workspaceFacts } from './workspace-facts.ts';

/** A topology with what the model says of it. */
export interface Modelled extends Topology {
  readonly model: GroupFigures;
}

/** A topology with what is known of it. */
export interface Examined extends Modelled {
  readonly counts: Counts;
}

/** Measurements, and what follows from them. */
export interface Evidence {
  readonly subject: Subject;
  readonly measurements: Measurements;
  /** How often everything was measured that the model takes its durations from. */
  readonly rounds: number;
  readonly facts: Facts;
  readonly objective: Objective;
  readonly topologies: readonly Examined[];
  /** The active topology, measured or not. */
  readonly active: Modelled | undefined;
  readonly proposal: BestGrouping;
  /** The topology of the workspace that is the proposal. */
  readonly existing: Topology | undefined;
  readonly doubts: readonly Doubted[];
  /** What to write down to have the proposal, where there is no such topology. */
  readonly lines: TopologyLines;
}

export function examine(subject: Subject, measurements: Measurements): Evidence {
  const facts = workspaceFacts(subject, measurements);
  const judge = objective(facts);
  const modelled = (topology: Topology) => ({ ...topology, model: modelOf(topology, facts, judge) });
  const topologies = subject.topologies.map((topology) => ({
    ...modelled(topology),
    counts: countTopology(subject, topology, measurements),
  }));
  const all = [...subject.topologies, ...subject.others];
  const active = all.find(({ isActive }) => isActive);
  const inUse = all.map(({ functions }) =>
    functions.map(({ endpoints }) => endpoints.map(({ name }) => name)),
  );
  const proposal = bestGrouping(facts, judge, inUse);
  return {
    subject,
    measurements,
    rounds: Math.min(...[...measurements.runs.values()].map(({ length }) => length)),
    facts,
    objective: judge,
    topologies,
    active: active && modelled(active),
    proposal,
    existing: all.find(({ functions }) =>
      areSame(
        functions.map(({ endpoints }) => endpoints),
        proposal.groups,
      ),
    ),
    doubts: doubt(facts, proposal.groups, inUse),
    lines: topologyLines(
      proposal.groups,
      subject.packing,
      Object.keys(readTopologyFile(subject.workspaceRoot).topologies),
    ),
  };
}

/** The figures of a topology by the model. */
export function modelOf(
  { functions }: Pick<Topology, 'functions'>,
  facts: Facts,
  { figures }: Pick<Objective, 'figures'>,
): GroupFigures {
  return addUp(
    functions.map(({ endpoints, memorySize }) => {
      const members = endpoints.map(
        ({ name }) => facts.endpoints.find((one) => one.name === name) as EndpointFacts,
      );
      return figures(members, memorySize);
    }),
  );
}
