// The live table of a batch: `lg_jupyter/batch/widget.py` is its other side.

import "../../components/base.css";
import { widgetOf } from "../widget";
import { BatchApp } from "./app";
import { KEYS } from "./rows";

export const begin = widgetOf(BatchApp, KEYS);
