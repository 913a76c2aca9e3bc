SELECT a.analysis_no, a.name, a.approach FROM raw_analyses AS a
