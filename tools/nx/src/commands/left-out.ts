/** Says which endpoints a stage does not serve, and why. @param endpoints - names */
export function leftOutText(stage: string, endpoints: readonly string[]): string {
  const are = endpoints.length === 1 ? 'It wants a token' : 'They want a token';
  return `Left out: ${endpoints.join(', ')}. ${are}, and the stage "${stage}" in stages.json has no "jwt".`;
}
