/** One line of a terminal with what is being waited for. Without a terminal, nothing is shown. */
export class ProgressLine {
  show(text: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K  ${text}`);
  }

  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  }
}
