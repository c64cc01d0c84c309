package io.zart.server.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.api.ExecutionView;
import io.zart.server.execution.History;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An execution with its runs and the steps of one of them, on the wire. */
@RegisterForReflection
@Schema(name = "ExecutionDetail")
public record DetailView(ExecutionView execution, List<RunView> runs, List<StepView> steps) {

    static DetailView of(History history) {
        return new DetailView(
                ExecutionView.of(history.execution()),
                history.runs().stream().map(RunView::of).toList(),
                history.steps().stream().map(step -> StepView.of(history, step)).toList());
    }
}
