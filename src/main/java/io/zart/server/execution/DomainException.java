package io.zart.server.execution;

import java.util.Map;

/** A refusal that the caller is told: a code of the catalogue and a detail that names the thing. Carries no stack trace. */
public class DomainException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private final transient Map<String, Object> members;

    /** A refusal without further members. */
    public DomainException(ErrorCode code, String detail) {
        this(code, detail, Map.of());
    }

    /**
     * A refusal.
     *
     * @param members further members of the problem, such as {@code pending}
     */
    public DomainException(ErrorCode code, String detail, Map<String, Object> members) {
        super(detail, null, false, false);
        this.code = code;
        this.members = Map.copyOf(members);
    }

    /** The entry of the catalogue. */
    public ErrorCode code() {
        return code;
    }

    /** Further members of the problem. */
    public Map<String, Object> members() {
        return members;
    }

    /** The refusal for an unknown id. */
    public static DomainException notFound(String id) {
        return new DomainException(ErrorCode.EXECUTION_NOT_FOUND, "execution '" + id + "' not found");
    }
}
