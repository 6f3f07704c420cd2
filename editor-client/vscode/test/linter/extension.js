// Shows what ruff finds in Python files. Only for tests: it stands in for the linter of a user.
const { execFile } = require('node:child_process');
const vscode = require('vscode');

exports.activate = (context) => {
  const found = vscode.languages.createDiagnosticCollection('Ruff');
  const lint = (document) => {
    if (document.languageId !== 'python') return;
    const [program, ...args] = vscode.workspace.getConfiguration('linter').get('command');
    const options = ['check', '--output-format=json', '--exit-zero', '--isolated', '-'];
    const ruff = execFile(program, [...args, ...options], (_, out) => found.set(document.uri, diagnostics(out)));
    ruff.stdin.end(document.getText());
  };
  context.subscriptions.push(
    found,
    vscode.workspace.onDidOpenTextDocument(lint),
    vscode.workspace.onDidChangeTextDocument((event) => lint(event.document)),
  );
  vscode.workspace.textDocuments.forEach(lint);
};

function diagnostics(out) {
  return JSON.parse(out || '[]').map(({ code, message, location, end_location: end }) => {
    const range = new vscode.Range(location.row - 1, location.column - 1, end.row - 1, end.column - 1);
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
    return Object.assign(diagnostic, { code, source: 'Ruff' });
  });
}
