import { type BestGrouping, bestGrouping } from '../advice/best-grouping.ts';
import type { EndpointFacts, Facts } from '../advice/facts.ts';
import { addUp, type GroupFigures } from '../advice/group-figures.ts';
import { type Objective, objective } from '../advice/objective.ts';
import { type Counts, countTopology } from './counts.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject, Topology } from './subject.ts';
import { workspaceFacts } from './workspace-facts.ts';

/** A topology with what is known of it. */
export interface Examined extends Topology {
  readonly counts: Counts;
  readonly model: GroupFigures;
}

/** Measurements, and what follows from them. */
export interface Evidence {
  readonly subject: Subject;
  readonly measurements: Measurements;
  readonly facts: Facts;
  readonly objective: Objective;
  readonly topologies: readonly Examined[];
  readonly proposal: BestGrouping;
}

export function examine(subject: Subject, measurements: Measurements): Evidence {
  const facts = workspaceFacts(subject, measurements);
  const judge = objective(facts);
  const topologies = subject.topologies.map((topology) => ({
    ...topology,
    counts: countTopology(subject, topology, measurements),
    model: modelOf(topology, facts, judge),
  }));
  const inUse = topologies.map(({ functions }) =>
    functions.map(({ endpoints }) => endpoints.map(({ name }) => name)),
  );
  return {
    subject,
    measurements,
    facts,
    objective: judge,
    topologies,
    proposal: bestGrouping(facts, judge, inUse),
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
