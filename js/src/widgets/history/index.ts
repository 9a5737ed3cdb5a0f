// The live table of a history: `lg_jupyter/histories/widget.py` is its other side.

import "../../components/base.css";
import { widgetOf } from "../widget";
import { HistoryApp } from "./app";

export const begin = widgetOf(HistoryApp);
