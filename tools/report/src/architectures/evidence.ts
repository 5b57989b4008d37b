import { activeTopology, type PackedApplication } from '@nanoservices/model';
import { type BestGrouping, bestGrouping } from '../advice/best-grouping.ts';
import type { EndpointFacts, Facts } from '../advice/facts.ts';
import { addUp, type GroupFigures } from '../advice/group-figures.ts';
import { type Objective, objective } from '../advice/objective.ts';
import { analyseSensitivity, type SensitivityCase } from '../advice/sensitivity.ts';
import { type TopologyLines, topologyLines } from '../advice/topology-lines.ts';
import { type Counts, countApplication } from './counts.ts';
import { areSame } from './groups.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject } from './subject.ts';
import { workspaceFacts } from './workspace-facts.ts';

/** The application in a topology, with the figures of the model. */
export interface ModelledApplication extends PackedApplication {
  readonly isActive: boolean;
  readonly model: GroupFigures;
}

/** The application in a topology that was measured, with its counts. */
export interface EvaluatedApplication extends ModelledApplication {
  readonly counts: Counts;
}

/** Measurements, and the conclusions from them. */
export interface Evidence {
  readonly subject: Subject;
  readonly measurements: Measurements;
  /** Number of measurements behind the durations of the model. */
  readonly rounds: number;
  readonly facts: Facts;
  readonly objective: Objective;
  readonly applications: readonly EvaluatedApplication[];
  /** The application in the active topology, measured or not. */
  readonly active: ModelledApplication | undefined;
  readonly proposal: BestGrouping;
  /** The topology of the workspace that is the proposal. */
  readonly existing: PackedApplication | undefined;
  readonly sensitivity: readonly SensitivityCase[];
  /** The lines that make the proposal a topology, unless it is one. */
  readonly lines: TopologyLines;
}

export function evaluate(subject: Subject, measurements: Measurements): Evidence {
  const { workspace } = subject;
  const facts = workspaceFacts(subject, measurements);
  const scoring = objective(facts);
  const activeName = activeTopology(workspace);
  const modelled = (application: PackedApplication): ModelledApplication => ({
    ...application,
    isActive: application.topology === activeName,
    model: modelOf(application, facts, scoring),
  });
  const all = [...subject.applications, ...subject.others];
  const active = all.find(({ topology }) => topology === activeName);
  const inUse = all.map(({ functions }) =>
    functions.map(({ endpoints }) => endpoints.map(({ name }) => name)),
  );
  const proposal = bestGrouping(facts, scoring, inUse);
  return {
    subject,
    measurements,
    rounds: Math.min(...[...measurements.runs.values()].map(({ length }) => length)),
    facts,
    objective: scoring,
    applications: subject.applications.map((application) => ({
      ...modelled(application),
      counts: countApplication(workspace, application, measurements),
    })),
    active: active && modelled(active),
    proposal,
    existing: all.find(({ functions }) =>
      areSame(
        functions.map(({ endpoints }) => endpoints),
        proposal.groups,
      ),
    ),
    sensitivity: analyseSensitivity(facts, proposal.groups, inUse),
    lines: topologyLines(proposal.groups, workspace),
  };
}

/** The figures of a topology in the model. */
export function modelOf(
  { functions }: Pick<PackedApplication, 'functions'>,
  facts: Facts,
  { figures }: Pick<Objective, 'figures'>,
): GroupFigures {
  return addUp(
    functions.map(({ endpoints, settings }) => {
      const members = endpoints.map(
        ({ name }) => facts.endpoints.find((one) => one.name === name) as EndpointFacts,
      );
      return figures(members, settings.memorySize);
    }),
  );
}
