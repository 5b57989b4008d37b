import jsonc from 'jsonc-parser';

/**
 * Sets one value in the text of a JSON file. Comments and layout stay.
 *
 * @param path - keys and indexes
 * @param isInsertion - the value is inserted into a list, instead of replacing one there
 */
export function editJson(
  text: string,
  path: (string | number)[],
  value: unknown,
  isInsertion = false,
): string {
  const formattingOptions = { insertSpaces: !/^\t/m.test(text), tabSize: 2, eol: '\n' };
  const options = { formattingOptions, isArrayInsertion: isInsertion };
  return jsonc.applyEdits(text, jsonc.modify(text, path, value, options));
}
