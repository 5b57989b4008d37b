/** `nx run lab:bench-summary`: writes the recorded findings into the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../testbed/repository.ts';
import { readFindings, readme, withSummaries } from './summary.ts';

const file = join(repositoryRoot, readme);
writeFileSync(file, withSummaries(readFileSync(file, 'utf8'), readFindings()));
