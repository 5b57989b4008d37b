import { TemporaryWorkspace } from '@nanoservices/model/testing';

/** A workspace without endpoints, for specs of commands that need stages. @param stages - as in stages.json */
export function stagesWorkspace(stages: object): TemporaryWorkspace {
  const workspace = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'nx.json': {},
    'functions/tsconfig.json': '{}',
    'functions/topology.json': { active: 'nano', topologies: { nano: [] } },
    'functions/stages.json': { application: 'shop', stages },
  });
  workspace.linkPackages();
  return workspace;
}
