// The form of a graph: `lg_jupyter/apps/widget.py` is its other side. What is typed is held here, for all views of
// the model, until it is given to a run.

import "../../components/base.css";
import { h } from "preact";
import { widgetOf } from "../widget";
import { FormApp } from "./app";
import { FormDrafts } from "./formDrafts";
import { FormContext } from "./useForm";

export const begin = widgetOf(FormApp, undefined, (host, view) => {
  const form = { drafts: new FormDrafts(view.drafts), host };
  return (app) => h(FormContext.Provider, { value: form, children: app });
});
