/**
 * The OpenRPC playground's editor and documentation pane, put together from the packages they are made of.
 *
 * `openDocument(text)` is what it does with a document: the editor judges the text by OpenRPC's meta-schema and lists
 * what is wrong, and the pane shows the document with its references resolved.
 */

import $RefParser from "@apidevtools/json-schema-ref-parser";
import jsonSchema from "@json-schema-tools/meta-schema/schema.json";
import { CssBaseline } from "@mui/material";
import { createTheme, ThemeProvider } from "@mui/material/styles";
import { Documentation } from "@open-rpc/docs-react";
import { getDocumentExtendedMetaSchema } from "@open-rpc/schema-utils-js";
import { Buffer } from "buffer/";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api.js";
import "monaco-editor/esm/vs/language/json/monaco.contribution.js";
import { createRoot } from "react-dom/client";

globalThis.Buffer = Buffer; // json-schema-ref-parser asks for Node's
globalThis.MonacoEnvironment = { getWorkerUrl: (_, language) => (language === "json" ? "json.worker.js" : "editor.worker.js") };

const uri = monaco.Uri.parse("inmemory://openrpc.json");
const model = monaco.editor.createModel("", "json", uri);
monaco.editor.create(document.getElementById("editor"), { model, minimap: { enabled: false } });
monaco.editor.onDidChangeMarkers(() => {
  const problems = monaco.editor.getModelMarkers({ resource: uri });
  document.getElementById("problems").textContent = problems.map(({ message }) => message).join("\n");
});

const pane = createRoot(document.getElementById("documentation"));
const closed = { "ui:defaultExpanded": false };

globalThis.openDocument = async (text) => {
  const written = JSON.parse(text);
  monaco.languages.json.jsonDefaults.setDiagnosticsOptions({
    validate: true,
    schemas: [
      { uri: uri.toString(), fileMatch: [uri.toString()], schema: getDocumentExtendedMetaSchema(written) },
      { uri: jsonSchema.$id, schema: jsonSchema }, // the meta-schema refers to it
    ],
  });
  model.setValue(JSON.stringify(written, null, 2));
  const schema = await $RefParser.dereference(written);
  pane.render(
    <ThemeProvider theme={createTheme()}>
      <CssBaseline />
      <Documentation key={text} schema={schema} uiSchema={{ methods: closed, params: closed }} reactJsonOptions={{}} />
    </ThemeProvider>,
  );
};
