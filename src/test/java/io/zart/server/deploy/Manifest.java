package io.zart.server.deploy;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;
import java.util.Optional;

/**
 * One object of a file or of a rendered overlay.
 *
 * @param origin where it was read
 * @param kind its kind
 * @param object it, as the typed model has it
 */
record Manifest(String origin, String kind, Object object) {

    /** What its pods are made from, if it has pods. */
    Optional<PodTemplateSpec> template() {
        if (object instanceof Deployment deployment) {
            return Optional.of(deployment.getSpec().getTemplate());
        }
        if (object instanceof StatefulSet set) {
            return Optional.of(set.getSpec().getTemplate());
        }
        return object instanceof Job job ? Optional.of(job.getSpec().getTemplate()) : Optional.empty();
    }

    /** The specification of its pods, if it has pods. */
    Optional<PodSpec> pod() {
        return template().map(PodTemplateSpec::getSpec);
    }

    /** The labels of its pods; none if it has no pods. */
    Map<String, String> podLabels() {
        return template().map(template -> template.getMetadata().getLabels()).orElse(Map.of());
    }

    @Override
    public String toString() {
        return kind + " of " + origin;
    }
}
