"""Every notebook × every engagement × its audiences, compared cell by cell with a reference.

`matrix` says what there is to run, `execution.rehearse` runs it, `shown` makes what the cells
showed into plain data, `references` keeps that, `differences` says in words what has changed.
`items` is pytest's side of it; `casebook.pytest_plugin` the door, which imports none of this
before it is asked.
"""
