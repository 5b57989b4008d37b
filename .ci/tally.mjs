/**
 * `node .ci/tally.mjs <folder> <exit code>`: prints what failed, and `N passed, N failed[, N skipped]`, the sum of the reports in a
 * folder: those of Vitest (JSON) and schemathesis (JUnit), and `proofs`, in which `.ci/run` notes the exit of each program that
 * is one proof. A run that failed without a failed test, such as by lint, counts as one failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, exitCode] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), 'utf8');
  if (file.endsWith('.json')) addVitest(parsed(text));
  else if (file.endsWith('.xml')) addJunit(text);
  else if (file === 'proofs') addProofs(text);
}

if (exitCode !== '0' && sum.failed === 0) {
  sum.failed = 1;
  console.log(
    'FAILED without a failed test: a check such as lint, or an error that no test caught. See above.',
  );
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);

/** A run that was killed may leave half a report. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

function addVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  sum.passed += numPassedTests;
  // A file that cannot be loaded, or set up, has no test that fails.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  for (const { name, message, assertionResults } of testResults) {
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') console.log(`FAILED ${name}: ${fullName}\n${failureMessages?.join('\n')}`);
    if (broken.some((file) => file.name === name)) console.log(`FAILED ${name}\n${message}`);
  }
  sum.failed += numFailedTests + broken.length;
  sum.skipped += numPendingTests + numTodoTests;
}

function addJunit(xml) {
  const suites = xml.match(/<testsuite\b[^>]*>/g) ?? [];
  const count = (name) =>
    suites.reduce((all, suite) => all + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0), 0);
  const failed = count('failures') + count('errors');
  sum.failed += failed;
  sum.skipped += count('skipped');
  sum.passed += count('tests') - failed - count('skipped');
}

function addProofs(text) {
  for (const line of text.split('\n').filter(Boolean)) {
    const passed = line.startsWith('passed ');
    sum[passed ? 'passed' : 'failed'] += 1;
    if (!passed) console.log(`FAILED ${line.slice('failed '.length)}`);
  }
}
