//! The tables in Diesel's words: Magento's columns that rekey reads or writes, and our own.
//!
//! Magento's unsigned integers are read as the next wider signed type, its DATETIME and TIMESTAMP
//! columns as `Timestamp` (UTC, whole seconds).

#![expect(missing_docs, reason = "the macro writes public items without docs")]

diesel::table! {
    customer_entity (entity_id) {
        entity_id -> BigInt,
        website_id -> Nullable<Integer>,
        email -> Nullable<Text>,
        group_id -> Integer,
        store_id -> Nullable<Integer>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        is_active -> Integer,
        disable_auto_group_change -> Integer,
        created_in -> Nullable<Text>,
        prefix -> Nullable<Text>,
        firstname -> Nullable<Text>,
        middlename -> Nullable<Text>,
        lastname -> Nullable<Text>,
        suffix -> Nullable<Text>,
        dob -> Nullable<Date>,
        password_hash -> Nullable<Text>,
        rp_token -> Nullable<Text>,
        rp_token_created_at -> Nullable<Timestamp>,
        default_billing -> Nullable<BigInt>,
        default_shipping -> Nullable<BigInt>,
        taxvat -> Nullable<Text>,
        confirmation -> Nullable<Text>,
        gender -> Nullable<Integer>,
        failures_num -> Nullable<Integer>,
        first_failure -> Nullable<Timestamp>,
        lock_expires -> Nullable<Timestamp>,
        session_cutoff -> Nullable<Timestamp>,
    }
}

diesel::table! {
    store (store_id) {
        store_id -> Integer,
        code -> Nullable<Text>,
        website_id -> Integer,
        group_id -> Integer,
        name -> Text,
        sort_order -> Integer,
        is_active -> Integer,
    }
}

diesel::table! {
    store_group (group_id) {
        group_id -> Integer,
        website_id -> Integer,
        name -> Text,
        root_category_id -> Integer,
        default_store_id -> Integer,
        code -> Nullable<Text>,
    }
}

diesel::table! {
    store_website (website_id) {
        website_id -> Integer,
        code -> Nullable<Text>,
        name -> Nullable<Text>,
        sort_order -> Integer,
        default_group_id -> Integer,
        is_default -> Nullable<Integer>,
    }
}

diesel::table! {
    core_config_data (config_id) {
        config_id -> BigInt,
        scope -> Text,
        scope_id -> Integer,
        path -> Text,
        value -> Nullable<Text>,
    }
}

diesel::table! {
    oauth_token_request_log (log_id) {
        log_id -> BigInt,
        user_name -> Text,
        user_type -> Integer,
        failures_count -> Nullable<Integer>,
        lock_expires_at -> Timestamp,
    }
}

diesel::table! {
    password_reset_request_event (id) {
        id -> BigInt,
        request_type -> Integer,
        account_reference -> Nullable<Text>,
        created_at -> Timestamp,
        ip -> Text,
    }
}

diesel::table! {
    jwt_auth_revoked (user_type_id, user_id) {
        user_type_id -> BigInt,
        user_id -> BigInt,
        revoke_before -> BigInt,
    }
}

diesel::table! {
    oauth_token (entity_id) {
        entity_id -> BigInt,
        customer_id -> Nullable<BigInt>,
        token -> Text,
        revoked -> Integer,
        user_type -> Nullable<Integer>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    customer_log (log_id) {
        log_id -> Integer,
        customer_id -> Integer,
        last_login_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rekey_migration (version) {
        version -> Text,
        run_at -> Timestamp,
    }
}

diesel::table! {
    rekey_password_reset (id) {
        id -> BigInt,
        customer_id -> BigInt,
        token_digest -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rekey_async_operation (id) {
        id -> BigInt,
        bulk_uuid -> Text,
        operation -> Text,
        store_id -> Integer,
        caller -> BigInt,
        address -> Text,
        sealed -> Text,
        created_at -> Timestamp,
        due_at -> Timestamp,
        attempts -> Integer,
    }
}

diesel::table! {
    rekey_import (fingerprint) {
        fingerprint -> Text,
        source -> Text,
        position -> BigInt,
        line -> BigInt,
        imported -> BigInt,
        existing -> BigInt,
        refused -> BigInt,
        started_at -> Timestamp,
        updated_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rekey_mail (id) {
        id -> BigInt,
        kind -> Text,
        sealed -> Text,
        created_at -> Timestamp,
        due_at -> Nullable<Timestamp>,
        attempts -> Integer,
        claimed_by -> Nullable<Text>,
        last_error -> Nullable<Text>,
        given_up_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rekey_reset_resource (id) {
        id -> BigInt,
        public_id -> Text,
        customer_id -> BigInt,
        customer_email -> Text,
        token_digest -> Text,
        token_sealed -> Text,
        password_mark -> Text,
        reference -> Nullable<Text>,
        reference_origin -> Nullable<Text>,
        metadata -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        reset_password_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rekey_event (id) {
        id -> BigInt,
        public_id -> Text,
        reset_id -> BigInt,
        name -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    rekey_event_store (id) {
        id -> BigInt,
        reset_id -> BigInt,
        resource_id -> Text,
        event -> Text,
        payload -> Text,
        who -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rekey_webhook_delivery (id) {
        id -> BigInt,
        endpoint -> Text,
        topic -> Text,
        snapshot -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rekey_application (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        name -> Text,
        client_id -> Text,
        secret_digest -> Nullable<Text>,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    rekey_application_key (id) {
        id -> BigInt,
        private_sealed -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rekey_application_revoked_token (token_digest) {
        token_digest -> Text,
        expires_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(customer_entity, password_reset_request_event);
diesel::allow_tables_to_appear_in_same_query!(customer_entity, rekey_password_reset);
diesel::allow_tables_to_appear_in_same_query!(customer_entity, rekey_reset_resource);
diesel::allow_tables_to_appear_in_same_query!(rekey_event, rekey_reset_resource);
