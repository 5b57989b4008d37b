import { replacePlaceholders, type Stage } from '@nanoservices/model';

/** A pseudo parameter of CloudFormation, for a placeholder that only AWS knows. */
const pseudoParameter = (name: string) => `\${AWS::${name}}`;

/**
 * A text for a template, with the stage's values for its placeholders.
 *
 * `${...}` in it stays as it is: Serverless would replace it by a variable of the deploying machine, and CloudFormation by one of its
 * own. Inside of `Fn::Sub`, `${!name}` stands for the text `${name}`.
 *
 * @returns the text, or an `Fn::Sub` of it
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
 */
export function stageText(stage: Pick<Stage, 'name'>, text: string): string | object {
  const replaced = replacePlaceholders(text.replaceAll('${', '${!'), {
    stage: stage.name,
    region: pseudoParameter('Region'),
    account: pseudoParameter('AccountId'),
  });
  return replaced.includes('${') ? { 'Fn::Sub': replaced } : replaced;
}

/**
 * A JSON value for a template, with {@link stageText} for each text in it. A text in `Fn::Sub` is CloudFormation's already, and stays.
 */
export function stageValue(stage: Pick<Stage, 'name'>, value: unknown): unknown {
  if (typeof value === 'string') return stageText(stage, value);
  if (Array.isArray(value)) return value.map((part) => stageValue(stage, part));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, part]) => [key, key === 'Fn::Sub' ? part : stageValue(stage, part)]),
  );
}
